import { SHA256, toHex } from "@amana/core/bytes";
import { DRAW_LENGTH, decodeDraws, drawLists } from "@amana/core/credential";
import { type DrawsEntry, encodeEntry } from "@amana/core/entries";
import type { Store } from "../stores/store.ts";
import { type Issuer, invitationsOf, placesOf } from "./issuer.ts";
import { type IssuerRecords, takeDraws } from "./issuer-records.ts";
import type { Ledger } from "./ledger.ts";
import { type LiveRound, noteDraws } from "./round.ts";

const ownIssuers = (round: LiveRound) => placesOf(round, (_, { origin }) => origin === null);

/** What logging for this server's issuers needs. */
export interface Logging {
  readonly store: Store;
  readonly issuer: Issuer;
  readonly ledger: Ledger;
  readonly records: Pick<IssuerRecords, "of" | "logged">;
}

/** At enrolment's end, or when the round is cancelled, the draws of every issuer of this server are published, all at once: the file, then its signed entry. */
export async function logDraws(round: LiveRound, seconds: number, { store, issuer, ledger, records }: Logging): Promise<void> {
  const { times, state, idHex } = round;
  const due = ownIssuers(round).filter(({ place }) => !state.drawn.has(place));
  if (due.length === 0 || (times.cancelled === null && seconds < times.windows.enrolmentClose)) return;
  state.enrolmentEnded = true;
  await store.endClaims(idHex);
  const entries: Uint8Array[] = [];
  const logged: { readonly place: string; readonly count: number }[] = [];
  let first = 0;
  const places = due.map(({ audience, issuer: { name } }) => ({ audience, issuer: name }));
  await records.logged(round, places, async () => {
    for (const { audience, issuer: by, place } of due) {
      const record = await records.of(round, { audience, issuer: by.name });
      const draws = (await store.draws(idHex, invitationsOf(audience, by.name))).flatMap((draw) => decodeDraws(draw));
      const issuers = round.manifest.audiences.find(({ id }) => id === audience)?.issuers.length ?? 1;
      for (const file of drawLists(draws, issuers)) {
        await store.putFile(file);
        const count = file.length / DRAW_LENGTH;
        const fields = { audience, issuer: by.name, count, sha256: toHex(SHA256(file)), length: file.length };
        const entry = issuer.sign<DrawsEntry>(round, audience, by.name, { type: "draws", ...fields });
        // A disk that gave back another draw than was written costs this round a repair, not everyone the ledger.
        await takeDraws(record, entry, file);
        entries.push(encodeEntry(entry));
        logged.push({ place, count });
      }
    }
    first = await ledger.append(entries);
  });
  for (const [at, { place, count }] of logged.entries()) noteDraws(round, first + at, place, count);
}

/** When nobody can object any more, or the round is cancelled, the keys of this server's issuers are destroyed, and what they said of it is logged. */
export async function destroyIssuerKeys(round: LiveRound, seconds: number, { issuer, ledger }: Logging): Promise<void> {
  const { times, state } = round;
  const due = ownIssuers(round).filter(({ place }) => state.drawn.has(place) && !state.destroyed.has(place));
  // Of a cancelled round nobody's answer is lost by a draw that is not there; a key that is kept could sign marks on reports.
  const isDue = times.cancelled !== null || seconds >= times.windows.enrolmentClose + times.deadlines.objection;
  if (due.length === 0 || !isDue) return;
  const holders = new Set(due.map(({ place }) => `issuer/${place}`));
  const statements = (await issuer.destroyKeys(round)).filter(({ holder }) => holders.has(holder));
  await ledger.append(statements.map(encodeEntry));
  for (const { place } of due) state.destroyed.add(place);
  await issuer.forgetStatements(round);
}
