import { AmendmentsCheck } from "./amendments.ts";
import type { AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import type { Check } from "./check.ts";
import { DestroyedKeysCheck } from "./destroyed-keys.ts";
import { DrawsCheck } from "./draws.ts";
import { EpochsCheck } from "./epochs.ts";
import { KeyHoldersCheck } from "./key-holders.ts";
import { OpeningCheck } from "./opening.ts";
import { PlansCheck } from "./plans.ts";
import { QuestionnairesCheck } from "./questionnaires.ts";
import { ReceiptsCheck } from "./receipts.ts";
import { ReleaseCheck } from "./release.ts";
import { ServedFormCheck } from "./served-form.ts";
import { SubmissionsCheck } from "./submissions.ts";

/* docs/protocol.md §11, in its order, after the foundations. A check added here must be named there: a test compares them. */

/** The checks of a whole ledger: given every entry. */
export function ledgerChecks(auditing: Auditing): readonly Check[] {
  return [
    new AmendmentsCheck(),
    new QuestionnairesCheck(auditing),
    new DrawsCheck(auditing),
    new EpochsCheck(),
    new ReceiptsCheck(auditing),
    new PlansCheck(auditing),
    new ServedFormCheck(auditing),
  ];
}

/** The checks of each survey and consultation: given the entries of that round, from its manifest on. Each may build on those before it. */
export function roundChecks(round: AuditedRound, auditing: Auditing): readonly Check[] {
  return [
    new SubmissionsCheck(round),
    new KeyHoldersCheck(round, auditing),
    new OpeningCheck(round),
    new ReleaseCheck(round, auditing),
    new DestroyedKeysCheck(round, auditing),
  ];
}
