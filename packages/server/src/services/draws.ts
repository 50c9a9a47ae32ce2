import { PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { decodeDraws, encodeDraws } from "@amana/core/credential";
import { encodeEntry } from "@amana/core/entries";
import type { Store } from "../stores/store.ts";
import { type Issuer, invitationsOf } from "./issuer.ts";
import type { Ledger } from "./ledger.ts";
import { issuerPlace, type LiveRound, noteDraws } from "./round.ts";

/** At enrolment's end, or when the round is cancelled, every issuer's draws are published, all at once: the file, then its entry. */
export async function logDraws(round: LiveRound, seconds: number, store: Store, ledger: Ledger): Promise<void> {
  const { times, state, idHex } = round;
  const due = issuersOf(round).filter(({ place }) => !state.drawn.has(place));
  if (due.length === 0 || (times.cancelled === null && seconds < times.windows.enrolmentClose)) return;
  state.enrolmentEnded = true;
  await store.mergeClaims(idHex);
  const entries: Uint8Array[] = [];
  const counts = new Map<string, number>();
  for (const { audience, issuer, place } of due) {
    const draws = (await store.draws(idHex, invitationsOf(audience, issuer))).flatMap((draw) => decodeDraws(draw));
    const file = encodeDraws(draws);
    await store.putFile(file);
    counts.set(place, draws.length);
    const reference = { sha256: toHex(SHA256(file)), length: file.length };
    entries.push(encodeEntry({ protocol: PROTOCOL, type: "draws", manifest: idHex, audience, issuer, count: draws.length, ...reference }));
  }
  await ledger.append(entries);
  for (const [place, count] of counts) noteDraws(round, place, count);
}

/** When nobody can object any more, or the round is cancelled, the issuers' keys are destroyed, and then that is logged. */
export async function destroyIssuerKeys(round: LiveRound, seconds: number, issuer: Issuer, ledger: Ledger): Promise<void> {
  const { times, state, idHex } = round;
  const due = issuersOf(round).filter(({ place }) => state.drawn.has(place) && !state.destroyed.has(place));
  // Of a cancelled round nobody's answer is lost by a draw that is not there; a key that is kept could sign marks on reports.
  const isDue = times.cancelled !== null || seconds >= times.windows.enrolmentClose + times.deadlines.objection;
  if (due.length === 0 || !isDue) return;
  await issuer.destroyKeys(round);
  const entries = due.map(({ place }) =>
    encodeEntry({ protocol: PROTOCOL, type: "key-destroyed", manifest: idHex, holder: `issuer/${place}`, signature: null }),
  );
  await ledger.append(entries);
  for (const { place } of due) state.destroyed.add(place);
}

function issuersOf({ manifest }: LiveRound): { readonly audience: string; readonly issuer: string; readonly place: string }[] {
  return manifest.audiences.flatMap(({ id, issuers }) =>
    issuers.map(({ name }) => ({ audience: id, issuer: name, place: issuerPlace(id, name) })),
  );
}
