import { readFile } from "node:fs/promises";
import { type Judgement, judgeReceipt } from "@amana/client/issuer";
import { parseEnrolmentReceipt } from "@amana/core/credential";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";

const SENTENCES: Readonly<Record<Judgement["kind"], string>> = {
  logged: "logged the draw that it signed.",
  pending: "has not logged this draw yet, and still must: hand the receipt in with `amana issuer object`.",
  missing: "signed this draw and did not log it.",
  another: "signed this draw and logged another one for the same invitation.",
  replaced: "signed this draw for an invitation that it replaced or revoked.",
};

/** Judges one enrolment receipt by the ledger: exit code 1 when it convicts its issuer. */
export async function verifyReceiptFile(path: string, base: string, programme: string, io: Io): Promise<number> {
  const parsed = parseEnrolmentReceipt(await readFile(path, "utf8"));
  const { kind, issuer } = await judgeReceipt(base, parsed, { programme, now: io.now(), fetch: io.fetch });
  const holds = kind === "logged" || kind === "pending";
  const line = `${holds ? "✓" : "✗"} The issuer ${issuer} of ${parsed.round} ${SENTENCES[kind]}`;
  if (holds) io.say(line);
  else io.warn(line);
  io.result({ verified: holds, round: parsed.round, issuer, receipt: kind });
  return holds ? 0 : CHECK_FAILED;
}
