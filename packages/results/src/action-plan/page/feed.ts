import { fromHex, H, TAGS, toHex } from "@amana/core/bytes";
import { html } from "../../charts/index.ts";
import type { ResultsLocale } from "../../page/index.ts";
import { planChanges } from "../history.ts";
import { newest, type PlanPagesInput } from "./input.ts";
import { PlanWords } from "./words.ts";

interface Entry {
  /** What it is, and its id in the plan: never changes. */
  readonly key: readonly [kind: string, id: string];
  /** Unix seconds. */
  readonly at: number;
  readonly title: string;
  readonly text: string;
  readonly anchor: string;
}

/** Entries of a feed: the newest so many. Older ones are on the page. */
const LONGEST_FEED = 200;

/**
 * The Atom feed (RFC 4287) of a plan in one language: announcements, updates and revisions, newest first. The id of an entry is made from what
 * it is (`urn:uuid`, version 8 of RFC 9562), so that it is the same wherever the feed is served and whenever it is made; nothing published is
 * changed, so `updated` is the moment of publication, of an update its day.
 */
export function planFeed(input: PlanPagesInput, locale: ResultsLocale): string {
  const plan = newest(input);
  const words = new PlanWords(locale);
  const address = `${input.address}plans/${plan.plan}/`;
  const id = (...parts: readonly string[]): string => uuid(input.programmeId, plan.plan, ...parts);
  const entries = entriesOf(input, words).slice(0, LONGEST_FEED);
  const updated = entries.reduce((latest, { at }) => Math.max(latest, at), plan.published);
  return `<?xml version="1.0" encoding="utf-8"?>\n${html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">
<id>${id("feed", locale)}</id>
<title>${xml(words.pick(plan.title))}</title>
<updated>${moment(updated)}</updated>
<author><name>${xml(words.pick(input.programme))}</name></author>
<link rel="self" type="application/atom+xml" href="${address}feed-${locale}.atom"/>
<link rel="alternate" type="text/html" hreflang="${locale}" href="${address}${locale}.html"/>
${entries.map(
  ({ key, at, title, text, anchor }) => html`<entry>
<id>${id(...key)}</id>
<title>${xml(title)}</title>
<updated>${moment(at)}</updated>
<link rel="alternate" type="text/html" href="${address}${locale}.html#${anchor}"/>
<content type="text">${xml(text)}</content>
</entry>
`,
)}</feed>
`.toString()}`;
}

function entriesOf({ revisions, announcements }: PlanPagesInput, words: PlanWords): Entry[] {
  const plan = revisions.at(-1);
  const told = announcements.map(
    ({ announcement, title, text, published }): Entry => ({
      key: ["announcement", announcement],
      at: published,
      title: words.pick(title),
      text: words.pick(text),
      anchor: `news-${announcement}`,
    }),
  );
  const updates = (plan?.updates ?? []).map(
    ({ id, measure, event, date, text }): Entry => ({
      key: ["update", id],
      at: Date.parse(`${date}T00:00Z`) / 1000,
      title: `${words.catalogue.event[event]}: ${words.pick(plan?.measures.find((each) => each.id === measure)?.text ?? {})}`,
      text: words.pick(text),
      anchor: id,
    }),
  );
  const changed = revisions.map((revision, index): Entry => {
    const before = revisions[index - 1];
    const changes = before === undefined ? [] : planChanges(before, revision);
    const fill = (sentence: string, values: Readonly<Record<string, string | null>>): string =>
      sentence.replace(/\{(\w+)\}/g, (_, place: string) => values[place] ?? "");
    const lines = changes.map(
      ({ kind, id, what, from, to }) => `${fill(words.catalogue.kind[kind], { id })}: ${fill(words.catalogue.changed[what], { from, to })}`,
    );
    return {
      key: ["revision", String(revision.revision)],
      at: revision.published,
      title: `${words.pick(revision.title)} (${revision.revision})`,
      text: lines.length === 0 ? words.plain("nothingChanged") : lines.join("\n"),
      anchor: "history",
    };
  });
  return [...told, ...updates, ...changed].sort((one, other) => other.at - one.at);
}

/** RFC 9562 §5.8: version 8, with 122 bits of a hash. */
function uuid(programmeId: string, ...parts: readonly string[]): string {
  const bytes = H(TAGS.feedEntry, fromHex(programmeId), ...parts).slice(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return `urn:uuid:${toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** What XML 1.0 has no place for, escaped or not. */
function xml(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
