import { type Rng, toHex } from "@amana/core/bytes";

/** What a calendar entry holds. Nothing else of the round goes in: the file may lie in a calendar that others read. */
export interface CalendarEntry {
  /** Chosen by the person. */
  readonly title: string;
  /** The first and the last moment of the time in question, unix seconds. */
  readonly from: number;
  readonly to: number;
}

/** Octets of a content line without its line break (RFC 5545 §3.1). */
const LINE = 75;
/** Whoever can come back at nine in the morning gets that whole day; else the entry begins the day after. */
const MORNING = 9;
/** The length of a text that a calendar shows; what is longer is cut. Letters. */
const LONGEST_TITLE = 200;

/**
 * One all-day entry over the days on which a person may come back, as an iCalendar file (RFC 5545). Made on the device, in its time zone.
 *
 * Everyone's file of one round and time zone is alike but for the title and the UID, which is random: DTSTAMP, which the format asks for, is
 * the first of the days and not the moment of the visit; there is no description, place, address, organiser or alarm. CLASS asks that
 * whoever shares the calendar does not show it.
 */
export function calendarFile({ title, from, to }: CalendarEntry, rng: Rng): string {
  const first = firstDay(from, to);
  const last = new Date(Math.max(to - 1, from) * 1000);
  const end = new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//reminder//EN",
    "BEGIN:VEVENT",
    `UID:${toHex(rng(16))}`,
    `DTSTAMP:${day(first)}T000000Z`,
    `DTSTART;VALUE=DATE:${day(first)}`,
    `DTEND;VALUE=DATE:${day(end)}`,
    `SUMMARY:${escaped([...title].slice(0, LONGEST_TITLE).join(""))}`,
    "CLASS:PRIVATE",
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** The first day whose morning is inside the time; where there is none, the day on which it begins. */
function firstDay(from: number, to: number): Date {
  const begins = new Date(from * 1000);
  const morning = new Date(begins.getFullYear(), begins.getMonth(), begins.getDate(), MORNING);
  if (begins > morning) morning.setDate(morning.getDate() + 1);
  return morning.getTime() < to * 1000 ? morning : begins;
}

function day(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}${two(date.getMonth() + 1)}${two(date.getDate())}`;
}

/** TEXT (RFC 5545 §3.3.11): backslash, semicolon, comma and line break are escaped; other control characters have no place in it. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replace(/\p{Cc}/gu, "");
}

/** Folds a line after at most 75 octets, never inside a character: the next line begins with a space, which counts. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const parts = [""];
  let room = LINE;
  for (const character of line) {
    const octets = encoder.encode(character).length;
    if (octets > room) {
      parts.push("");
      room = LINE - 1;
    }
    parts[parts.length - 1] += character;
    room -= octets;
  }
  return parts.join("\r\n ");
}
