import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { calendarFile } from "./calendar.ts";

const rng = (length: number): Uint8Array => new Uint8Array(length).fill(0xab);
const zone = process.env.TZ;
const at = (iso: string): number => Date.parse(iso) / 1000;
/** RFC 5545 §3.1: a line break and a space are taken out. */
const unfolded = (file: string): string[] => file.replaceAll("\r\n ", "").split("\r\n").slice(0, -1);
const lineValue = (file: string, name: string): string | undefined =>
  unfolded(file)
    .find((line) => line.split(/[:;]/)[0] === name)
    ?.slice(name.length + 1);

beforeEach(() => {
  process.env.TZ = "Africa/Algiers";
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe("the calendar file", () => {
  it("has these lines and no other: nothing of the subject, the place or the visit", () => {
    const file = calendarFile({ title: "Reminder", from: at("2026-12-05T06:00:00Z"), to: at("2026-12-12T18:00:00Z") }, rng);
    expect(file).toBe(
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//reminder//EN",
        "BEGIN:VEVENT",
        `UID:${"ab".repeat(16)}`,
        "DTSTAMP:20261205T000000Z",
        "DTSTART;VALUE=DATE:20261205",
        "DTEND;VALUE=DATE:20261213",
        "SUMMARY:Reminder",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
      ].join("\r\n"),
    );
  });

  it("begins with a day in whose morning one may come, and ends with the last day on which one may", () => {
    const days = (from: string, to: string): (string | undefined)[] => {
      const file = calendarFile({ title: "x", from: at(from), to: at(to) }, rng);
      return [lineValue(file, "DTSTART"), lineValue(file, "DTEND")];
    };
    expect(days("2026-12-05T12:00:00Z", "2026-12-12T18:00:00Z")).toEqual(["VALUE=DATE:20261206", "VALUE=DATE:20261213"]);
    // It ends at midnight there: the day that begins then is not one of them.
    expect(days("2026-12-05T00:00:00Z", "2026-12-11T23:00:00Z")).toEqual(["VALUE=DATE:20261205", "VALUE=DATE:20261212"]);
    // No morning inside.
    expect(days("2026-12-05T12:00:00Z", "2026-12-05T20:00:00Z")).toEqual(["VALUE=DATE:20261205", "VALUE=DATE:20261206"]);
    expect(days("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z")).toEqual(["VALUE=DATE:20261231", "VALUE=DATE:20270101"]);
  });

  it("is the same whenever and by whomever it is made; with the moment in DTSTAMP, as calendars do, it would tell when they enrolled", () => {
    const times = { from: at("2026-12-05T06:00:00Z"), to: at("2026-12-12T18:00:00Z") };
    const made = (moment: string, file: string): string => file.replace(/DTSTAMP:.*/, `DTSTAMP:${moment}`);
    const file = calendarFile({ title: "x", ...times }, rng);
    expect(new Set(["first visitor", "second visitor"].map(() => calendarFile({ title: "x", ...times }, rng))).size).toBe(1);
    expect(new Set(["20261120T081201Z", "20261120T081455Z"].map((moment) => made(moment, file))).size).toBe(2);
  });

  it("escapes what the format reads as its own, and lets no line be added", () => {
    const file = calendarFile({ title: "a,b;c\\d\r\nATTENDEE:x\u0000\u0007", from: 0, to: 86_400 }, rng);
    expect(lineValue(file, "SUMMARY")).toBe("a\\,b\\;c\\\\d\\nATTENDEE:x");
    expect(unfolded(file)).toHaveLength(13);
  });

  it("folds after at most 75 octets, between characters, and loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 150 }), (title) => {
        const file = calendarFile({ title, from: 0, to: 86_400 }, rng);
        expect(file.endsWith("\r\n")).toBe(true);
        expect(file.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        for (const line of file.split("\r\n")) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
        expect(unfolded(file)).toHaveLength(13);
        const read = (lineValue(file, "SUMMARY") ?? "").replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
        const wanted = [...title]
          .slice(0, 200)
          .join("")
          .replace(/\r\n?/g, "\n")
          .replace(/(?!\n)\p{Cc}/gu, "");
        expect(read).toBe(wanted);
      }),
    );
  });
});
