import { PROTOCOL, toHex } from "@amana/core/bytes";
import type { Draw } from "@amana/core/credential";
import { type DocumentedEntry, decodeEntry, encodeEntry, type HeldEntry, type ReleaseEntry, signEntry } from "@amana/core/entries";
import type { Manifest } from "@amana/core/manifest";
import { decodeRelease, encodeRelease, type Release, signRelease } from "@amana/core/release";
import { type AuditOptions, audit, type CheckResult, type KnownCheckpoint, Transport } from "../src/auditor/index.ts";
import { drawOf, Operator } from "./operator.ts";
import { BASE, respond } from "./people.ts";
import { TrusteeTool } from "./trustees.ts";
import { type IssuerPair, makeRound, makeWorld, START, type Trustee } from "./world.ts";

/** When an audit finds everything due, unless a test says otherwise. */
export const AFTER = new Date((START + 40 * 86_400) * 1000);

/** What an audit found, and what its auditor keeps. */
export interface Audited {
  readonly checks: readonly CheckResult[];
  readonly known: KnownCheckpoint | null;
}

export async function audited(operator: Operator, options: Partial<AuditOptions> = {}): Promise<Audited> {
  const checks: CheckResult[] = [];
  const steps = audit(new Transport(BASE, operator.fetch), { programme: operator.world.pinned, now: AFTER, known: null, ...options });
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return { checks, known: step.value };
    checks.push(step.value);
  }
}

/** The checks that do not hold. */
export const failures = ({ checks }: Audited): CheckResult[] => checks.filter(({ ok }) => !ok);

/** An honest round up to its close: three people, one of whom changed an answer. Its parts, to be put together otherwise. */
export async function closedRound(
  change: (manifest: Manifest) => Manifest = (same) => same,
  prepare: (operator: Operator) => void = () => undefined,
): Promise<Operator> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world, { change })).launch();
  prepare(operator);
  const { credential } = await respond(operator, "officials", 0);
  await respond(operator, "officials", 1);
  operator.seal();
  await credential.submit({ A1: 5 });
  await respond(operator, "traders", 0);
  operator.endEnrolment();
  operator.close();
  return operator;
}

/** The same operator with another ledger. */
export function rewritten(operator: Operator, change: (entries: Uint8Array[]) => Uint8Array[]): Operator {
  const other = new Operator(operator.world, operator.round);
  for (const [sha256, file] of operator.files) other.files.set(sha256, file);
  for (const [sha256, release] of operator.releases) other.releases.set(sha256, release);
  other.entries.push(...change([...operator.entries]));
  return other;
}

/** Where the nth entry of a type stands; -1 where there is none. */
export const placeOf = (entries: readonly Uint8Array[], type: string, nth = 0): number =>
  entries.flatMap((bytes, at) => (decodeEntry(bytes).type === type ? [at] : []))[nth] ?? -1;

/** A closed round, opened by two of three and released. */
export async function released(operator: Operator): Promise<Operator> {
  const trustees = [0, 1].map((index) => new TrusteeTool(operator, index));
  for (const trustee of trustees) await trustee.hold();
  for (const trustee of trustees) await trustee.commit();
  for (const trustee of trustees) await trustee.reveal();
  for (const trustee of trustees) await trustee.sign();
  return operator;
}

/** The same ledger with more at its end. */
export const adding = (operator: Operator, ...entries: DocumentedEntry[]) =>
  rewritten(operator, (all) => [...all, ...entries.map((entry) => encodeEntry(entry))]);
/** An entry that says nothing to anybody: it keeps a place. */
export const silence = encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length: 0 });

/** What the third trustee says that it does not hold. */
export const heldOf = ({ round, world }: Operator, missing: readonly string[], epoch = 0): HeldEntry =>
  signEntry<HeldEntry>(round.manifest, { type: "held", holder: 2, epoch, ledgerSize: 9, missing }, (world.trustees[2] as Trustee).signing);

/** The round's release with other totals, signed by the trustees who signed the first. */
export function counting(operator: Operator, change: (totals: Release["totals"]) => Release["totals"]): Operator {
  const { manifest } = operator.round;
  const at = placeOf(operator.entries, "release");
  const entry = decodeEntry(operator.entries[at] as Uint8Array) as ReleaseEntry;
  const before = decodeRelease(operator.files.get(entry.sha256) as Uint8Array);
  const bytes = encodeRelease({ ...before, totals: change(before.totals) });
  const signatures = [0, 1].map((holder) => ({
    holder,
    signature: toHex(signRelease(bytes, manifest, holder, (operator.world.trustees[holder] as Trustee).signing)),
  }));
  const other = rewritten(operator, (entries) => entries);
  const sha256 = other.keep(bytes);
  other.entries[at] = encodeEntry({ ...entry, sha256, length: bytes.length, signatures });
  other.releases.clear();
  other.releases.set(sha256, { bytes, signatures: new Map() });
  return other;
}

/** The same ledger, but that issuers' keys are not gone before the release: what they log after it, and then that they are. */
export function afterRelease(operator: Operator, log: (other: Operator) => void): Operator {
  const isGone = (bytes: Uint8Array): boolean => decodeEntry(bytes).type === "key-destroyed";
  const other = rewritten(operator, (entries) => entries.map((bytes) => (isGone(bytes) ? silence : bytes)));
  log(other);
  other.destroyIssuerKeys();
  return other;
}

/** The draw of an invitation that nobody used. */
export function unusedDraw({ round, draws }: Operator, place: string): Draw {
  const file = round.invitations.get(place) as Uint8Array;
  const used = new Set((draws.get(place) ?? []).map(({ invitedHash }) => toHex(invitedHash)));
  const invited = Array.from({ length: file.length / 32 }, (_, at) => file.slice(32 * at, 32 * at + 32));
  const free = invited.find((hash) => !used.has(toHex(hash))) as Uint8Array;
  const blinded = new Uint8Array(256).fill(3, 200);
  return drawOf(round.issuers.get(place) as IssuerPair, free, blinded, blinded);
}
