/**
 * Writes packages/core/src/<folder>/vectors/<folder>.json from docs/protocol.md, with the second implementation in tools.mjs.
 * Run `node packages/core/test-support/vectors/write.mjs`; it always writes the same bytes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { amendmentVectors } from "./amendments.mjs";
import { caseVectors } from "./cases.mjs";
import { credentialVectors } from "./credential.mjs";
import { entryVectors } from "./entries.mjs";
import { mailboxVectors } from "./mailbox.mjs";
import { openingVectors, releaseVectors } from "./opening.mjs";
import * as round from "./round.mjs";
import { submissionVectors } from "./submission.mjs";
import { bytes, canonical, H, hex, json, sha256 } from "./tools.mjs";

const provenance =
  "Amana's own, computed from docs/protocol.md by packages/core/test-support/vectors/write.mjs, which shares no code with this package.";

function write(folder, vectors) {
  const target = new URL(`../../src/${folder}/vectors/`, import.meta.url);
  mkdirSync(target, { recursive: true });
  writeFileSync(new URL(`${folder}.json`, target), `${JSON.stringify({ provenance, ...vectors }, null, 2)}\n`);
}

const digits = (BigInt(`0x${hex(round.programmeId)}`) % 10n ** 24n).toString().padStart(24, "0");
write("programme", {
  programme: round.programme,
  canonical: canonical(round.programme),
  id: hex(round.programmeId),
  digits: digits.match(/.{4}/g).join(" "),
});

const rehearsal = (holders, threshold) => hex(H("amana/v1 context rehearsal", sha256(json({ threshold, trustees: holders }))));
write("manifest", {
  seeds: {
    signing: Object.fromEntries(round.programme.organisations.map(({ id }) => [id, hex(bytes(`organisation ${id}`))])),
    trustees: round.trustees.map(({ kem }) => hex(kem.seed)),
    handlers: round.handlers.map(({ kem }) => hex(kem.seed)),
    issuers: Object.fromEntries(
      round.survey.audiences.flatMap(({ issuers }) => issuers.map(({ name }) => [name, hex(round.issuerSigner(name).seed)])),
    ),
    promises: hex(bytes("promises")),
  },
  questionnaires: round.questionnaires,
  survey: {
    manifest: round.survey,
    bytes: json(round.survey).length,
    sha256: hex(sha256(json(round.survey))),
    id: hex(round.surveyId),
    cosignatures: round.cosign(round.surveyId, round.trustees),
    rehearsalContext: rehearsal(round.survey.trustees, 2),
    keyIds: round.trustees.map(({ kem }) => hex(H("amana/v1 key id", kem.publicKey).subarray(0, 16))),
  },
  reports: {
    manifest: round.reports,
    bytes: json(round.reports).length,
    sha256: hex(sha256(json(round.reports))),
    id: hex(round.reportsId),
    cosignatures: round.cosign(round.reportsId, round.handlers),
    rehearsalContext: rehearsal(round.reports.handlers, 1),
    keyIds: round.handlers.map(({ kem }) => hex(H("amana/v1 key id", kem.publicKey).subarray(0, 16))),
  },
  amendments: amendmentVectors(),
});
write("credential", credentialVectors());
write("submission", submissionVectors());
write("entries", entryVectors());
write("opening", openingVectors());
write("release", releaseVectors());
write("mailbox", mailboxVectors());
write("cases", caseVectors());
