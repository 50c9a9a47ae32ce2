import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { checkManifest, keyHolders, type Manifest, manifestId } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import { ballotSize } from "@amana/core/questionnaire";
import { decodeAnalysisPlan, tabulate } from "@amana/results";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import { fetchFile, type LedgerView } from "../wire/ledger-view.ts";
import { fetchQuestionnaires } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import type { CosignedManifests, Draft } from "./draft.ts";
import { signedOther } from "./draft.ts";

/** What is checked of a draft, in this order. */
export const DRAFT_CHECKS = ["name", "rules", "keys", "own-key", "questions", "plan"] as const;
export type DraftCheckName = (typeof DRAFT_CHECKS)[number];

/** One check of a draft, and why it fails. */
export interface DraftCheck {
  readonly check: DraftCheckName;
  /** Null where it holds. */
  readonly error: AmanaError | null;
}

/** What a draft is checked against. `view` is null only where a programme has no ledger yet. */
export interface DraftSurroundings {
  readonly transport: Transport;
  readonly programme: Programme;
  readonly view: LedgerView | null;
  readonly draft: Draft;
  readonly keys: HolderKeys;
  /** What this key holder has co-signed before; only the ledger is looked at without it. */
  readonly cosigned?: CosignedManifests;
}

/**
 * What a trustee's tool checks before it takes part, each by its name: the manifest is right, names this trustee's own keys, fits its
 * questionnaires, uses no key of an earlier round, no other manifest has this round's name, and its plan can be carried out. Each is made, whatever
 * the others find. @throws what is no finding: ERR_NETWORK, ERR_LEDGER_*, …
 */
export async function draftChecks(surroundings: DraftSurroundings): Promise<readonly DraftCheck[]> {
  const { programme, draft, keys, transport } = surroundings;
  const { manifest } = draft;
  const earlier = await earlierRounds(surroundings);
  const made: Readonly<Record<DraftCheckName, () => void | Promise<void>>> = {
    name: async () => {
      if (earlier.names.has(manifest.round)) throw new AmanaError("ERR_MANIFEST_SECOND");
      const before = (await surroundings.cosigned?.get(manifest.round)) ?? null;
      if (before !== null && before !== toHex(manifestId(manifest))) throw signedOther();
    },
    rules: () => checkManifest(manifest, { programme, earlierIssuerKeys: earlier.issuerKeys }),
    keys: () => checkKemKeys(manifest, earlier.kemKeys),
    "own-key": () => void holderIndex(manifest, keys),
    questions: async () => void (manifest.analysisPlan === null || (await checkedQuestionnaires(transport, manifest))),
    plan: () => checkPlan(transport, manifest),
  };
  const checks: DraftCheck[] = [];
  for (const check of DRAFT_CHECKS) checks.push({ check, error: await finding(made[check]) });
  return checks;
}

/**
 * Refuses a draft of which a check fails.
 * @throws ERR_MANIFEST_INVALID, ERR_MANIFEST_SECOND, ERR_KEY_FILE, ERR_QUESTIONNAIRE_MISMATCH, ERR_QUESTIONNAIRE_INVALID, ERR_ANALYSIS_PLAN_INVALID
 */
export async function checkDraft(
  transport: Transport,
  programme: Programme,
  view: LedgerView | null,
  draft: Draft,
  keys: HolderKeys,
): Promise<void> {
  const failed = (await draftChecks({ transport, programme, view, draft, keys })).find(({ error }) => error !== null);
  if (failed !== undefined && failed.error !== null) throw failed.error;
}

/** A server that cannot be reached has no say in whether a draft is right. */
async function finding(check: () => void | Promise<void>): Promise<AmanaError | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (!isAmanaError(error) || error.code === "ERR_NETWORK" || error.code === "ERR_OVERLOADED") throw error;
    return error;
  }
}

async function earlierRounds({ view }: DraftSurroundings): Promise<Record<"names" | "issuerKeys" | "kemKeys", ReadonlySet<string>>> {
  const [names, issuerKeys, kemKeys] = [new Set<string>(), new Set<string>(), new Set<string>()];
  if (view !== null) {
    for await (const { entry } of view.entries()) {
      if (entry.type !== "manifest") continue;
      names.add(entry.manifest.round);
      for (const { issuers } of entry.manifest.audiences)
        for (const { spki, reportSpki, signingKey } of issuers) issuerKeys.add(spki).add(reportSpki).add(signingKey);
      for (const { kemKey } of keyHolders(entry.manifest)) kemKeys.add(kemKey);
    }
  }
  return { names, issuerKeys, kemKeys };
}

function checkKemKeys(manifest: Manifest, earlier: ReadonlySet<string>): void {
  const again = keyHolders(manifest).findIndex(({ kemKey }) => earlier.has(kemKey));
  if (again < 0) return;
  const path = `/${manifest.kind === "reports" ? "handlers" : "trustees"}/${again}/kemKey`;
  throw new AmanaError("ERR_MANIFEST_INVALID", { problems: [{ path, message: "a key of an earlier round" }] });
}

async function checkedQuestionnaires(transport: Transport, manifest: Manifest): ReturnType<typeof fetchQuestionnaires> {
  const questionnaires = await fetchQuestionnaires(transport, manifest);
  if (manifest.size !== Math.max(...questionnaires.map(ballotSize))) throw new AmanaError("ERR_QUESTIONNAIRE_MISMATCH");
  return questionnaires;
}

/** What questionnaires and plan say is settled before anyone answers, so that nothing stands in the way of the release afterwards. */
async function checkPlan(transport: Transport, manifest: Manifest): Promise<void> {
  if (manifest.analysisPlan === null) return;
  const questionnaires = await checkedQuestionnaires(transport, manifest);
  const plan = decodeAnalysisPlan(await fetchFile(transport, manifest.analysisPlan));
  // Without answers already, mirrored items that cannot be compared are found.
  const audiences = manifest.audiences.flatMap((audience, index) => {
    const questionnaire = questionnaires[index];
    return questionnaire === undefined ? [] : [{ ...audience, questionnaire, answers: [] }];
  });
  tabulate({ round: manifest.round, plan, audiences });
}
