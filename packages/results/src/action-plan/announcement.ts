import { decodeJson, encodeJson, integer, type LocalizedText, localizedText, name, PROTOCOL } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";

/** What someone writes to tell everyone something. */
export interface AnnouncementFile {
  /** `[a-z0-9-]`, unique for ever. */
  readonly announcement: string;
  readonly title: LocalizedText;
  /** Paragraphs are parted by an empty line. */
  readonly text: LocalizedText;
  /** The plan that it is about: it stands on its page and in its feeds. */
  readonly plan: string;
}

/** An announcement as it is published: a content-addressed file that an `announcement` entry of the ledger names. It is never changed. */
export interface Announcement extends AnnouncementFile {
  readonly protocol: typeof PROTOCOL;
  readonly type: "announcement";
  /** Unix seconds, of whoever published it. */
  readonly published: number;
}

/** The largest document of an announcement. */
export const ANNOUNCEMENT_LIMIT: number = 2 ** 16;

const fields = { announcement: name, title: localizedText, text: localizedText, plan: name };
const fileSchema: v.GenericSchema<unknown, AnnouncementFile> = v.strictObject(fields);
const schema: v.GenericSchema<unknown, Announcement> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("announcement"),
  published: integer(),
  ...fields,
});

/**
 * Makes an announcement from what someone wrote. Everyone is told the same, in every language of the plan that it is about.
 * @throws ERR_PLAN_INVALID with every mistake
 */
export function makeAnnouncement(value: unknown, locales: readonly string[], now: Date): Announcement {
  const result = v.safeParse(fileSchema, value);
  if (!result.success) {
    const problems = result.issues.map((issue) => ({
      path: `/${(issue.path ?? []).map(({ key }) => String(key)).join("/")}`,
      message: `expected ${issue.expected ?? "another value"}`,
    }));
    throw new AmanaError("ERR_PLAN_INVALID", { problems });
  }
  const problems = (["title", "text"] as const).flatMap((field) => {
    const missing = locales.filter((locale) => (result.output[field][locale] ?? "").trim() === "");
    return missing.length === 0 ? [] : [{ path: `/${field}`, message: `is not there in ${missing.join(", ")}` }];
  });
  if (problems.length > 0) throw new AmanaError("ERR_PLAN_INVALID", { problems });
  return { ...result.output, protocol: PROTOCOL, type: "announcement", published: Math.floor(now.getTime() / 1000) };
}

/** The canonical bytes of an announcement. @throws ERR_BYTES_ENCODING */
export function encodeAnnouncement(announcement: Announcement): Uint8Array {
  return encodeJson(announcement);
}

/** Reads an announcement; the bytes are attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeAnnouncement(bytes: Uint8Array): Announcement {
  if (bytes.length > ANNOUNCEMENT_LIMIT) throw new AmanaError("ERR_JSON_SCHEMA");
  return decodeJson(bytes, schema);
}
