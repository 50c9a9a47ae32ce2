import type { ReportOptionTexts } from "../catalogue/model.ts";

/** A structured field of a report. Its options are in the catalogues, in every language. */
export type ReportField = keyof ReportOptionTexts;

/** Asked with the story. */
export const REQUIRED_FIELDS: readonly ReportField[] = ["role", "type"];

/** Coarse details, all optional, in the order they are shown. */
export const DETAIL_FIELDS: readonly ReportField[] = ["step", "region", "period", "frequency", "band", "outcome", "source"];

/** What may be done with the report. */
export const CONSENT: ReportField = "consent";

/** What is chosen where a person says nothing: questions through the mailbox, no investigation. */
export const CONSENT_DEFAULT = "mailbox";

/** The narrative's room: what is left of a message of 16 KiB, as canonical JSON. */
export const NARRATIVE_BYTES = 11_000;

const encoder = new TextEncoder();

/** How many letters of about this length still fit. Line breaks and quotes count as they are written in JSON. */
export function narrativeLeft(text: string, bytesPerLetter: number): number {
  const bytes = encoder.encode(JSON.stringify(text.normalize("NFC"))).length - 2;
  const letters = [...text].length;
  const each = letters < 10 ? bytesPerLetter : Math.max(1, bytes / letters);
  const left = (NARRATIVE_BYTES - bytes) / each;
  return left < 0 ? Math.min(-1, Math.floor(left)) : Math.floor(left);
}
