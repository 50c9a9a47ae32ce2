import type { Store } from "../stores/store.ts";
import { invitationsOf } from "./issuer.ts";
import type { LiveRound } from "./round.ts";

/** How many of an audience have enrolled: in tens, as of the last whole day; null while no day's figure was taken. */
export interface AudienceParticipation {
  readonly audience: string;
  readonly enrolled: number | null;
}

/** A figure stands for so long, counted from `enrolmentOpen`. Seconds. */
const PERIOD = 86_400;
const STEP = 10;

/**
 * Participation for reminders, for whoever runs the server: `amana status` alone shows it.
 *
 * A count that steps from 19 to 20 while somebody looks tells the moment of one draw, and with it whose answer may follow. So a figure is
 * taken once in each whole day since enrolment opened, rounded down to tens, and stands until the next: however often it is asked for, it
 * says no more. It is kept in memory alone; after a start there is none before the next day begins, as a figure taken at the start would
 * tell what came between two starts.
 */
export class Participation {
  readonly #store: Store;
  readonly #figures = new Map<string, { readonly day: number; readonly counts: readonly number[] | null }>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes the day's figure when a day has begun. The clockwork calls it; `seconds` is unix time. */
  async observe(round: LiveRound, seconds: number): Promise<void> {
    const { enrolmentOpen } = round.manifest.windows;
    if (round.manifest.audiences.length === 0 || seconds < enrolmentOpen) return;
    const day = Math.floor((seconds - enrolmentOpen) / PERIOD);
    const before = this.#figures.get(round.idHex);
    // The first sight of a round gives no figure, but where it has just begun there is nothing to see.
    if (before === undefined) this.#figures.set(round.idHex, { day, counts: null });
    else if (day > before.day) this.#figures.set(round.idHex, { day, counts: await this.#count(round) });
  }

  /** The figures that stand, one for each audience. */
  of({ idHex, manifest }: LiveRound): AudienceParticipation[] {
    const counts = this.#figures.get(idHex)?.counts ?? null;
    return manifest.audiences.map(({ id }, index) => ({ audience: id, enrolled: counts?.[index] ?? null }));
  }

  /** Whoever has drawn at all issuers of an audience has enrolled: no more than at the one where fewest have. */
  async #count({ idHex, manifest }: LiveRound): Promise<number[]> {
    const counts: number[] = [];
    for (const { id, issuers } of manifest.audiences) {
      const drawn: number[] = [];
      for (const { name } of issuers) drawn.push((await this.#store.draws(idHex, invitationsOf(id, name))).length);
      counts.push(Math.floor(Math.min(...drawn) / STEP) * STEP);
    }
    return counts;
  }
}
