import { type Credential, type Fetch, openInvitation, openRound, parseInvitationLink } from "@amana/client";
import { newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import { invitedHash, responseSigningKey } from "@amana/core/credential";
import { isAmanaError } from "@amana/core/errors";
import { manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import type { DraftInput, LowdbOptions } from "@amana/server";
import { Deployment, ROUND, START } from "../../adversary/support/server.ts";
import { answersOn, type CopiedFile, copyDisk } from "../../adversary/support/stored-data.ts";
import { answering, isRelayed, LAWS, type Plan, plan, type Setting, type Shares } from "./laws.ts";
import { below } from "./random.ts";
import { Recorder, type Seen } from "./recorder.ts";
import { LAST_RELEASE, RELEASE_LEAD, Relaying } from "./relaying.ts";
import { separationOf } from "./sentence.ts";
import { ClockTrace } from "./virtual-clock.ts";

export interface Game {
  readonly setting: Setting;
  /** How many enrol. */
  readonly people: number;
  /** New response keys in an epoch at least. */
  readonly minimumKeys: number;
  /** Shares of people that do more, or less, than answer; of the laws where not said. */
  readonly shares?: Shares;
  /** A store that lacks a defence. */
  readonly store?: LowdbOptions;
  /**
   * When the disk is copied: after some event, each as likely as any other, or when the last of them is over. With a relay nothing is there
   * before its release: in two of three games the copy is made when that has just been given on, or has been sealed.
   */
  readonly copy: "any" | "last";
}

/** What was there at the end of a game. */
export interface Played {
  readonly game: Game;
  readonly seen: readonly Seen[];
  /** The one copy of the disk, when it was made, and what its times stand for. */
  readonly copy: { readonly at: number; readonly files: readonly CopiedFile[]; readonly clock: ClockTrace };
  /** Ground truth, for the score alone: invitation and response key of each person who answered, who came back, whose visits there were. */
  readonly truth: {
    readonly invited: readonly string[];
    readonly responseKeys: readonly (string | null)[];
    readonly plans: readonly Plan[];
    readonly visitors: readonly number[];
  };
}

type Step = (person: Person) => Promise<void>;

interface Person {
  readonly index: number;
  readonly link: string;
  readonly secretCode: SecretCode;
  readonly plan: Plan;
  /** The visit that goes on, and what an open page still holds. */
  visit: Fetch | null;
  credential: Credential | null;
}

/** Plays one round: the real server on a real folder, the real client over the loopback, and a clock that goes from one event to the next. */
export async function play(game: Game): Promise<Played> {
  const relaying = isRelayed(game.setting) ? await Relaying.start() : null;
  try {
    const options = { people: game.people, ...(game.store && { store: game.store }) };
    const here = await Deployment.start((manifest) => roundOf(game, relaying, manifest), options);
    try {
      await relaying?.serve(await here.manifest(), here.url, () => new Date(here.clock.seconds * 1000));
      return await new Play(game, here, relaying).run();
    } finally {
      await here.stop();
    }
  } finally {
    await relaying?.stop();
  }
}

function roundOf(
  { setting, people, minimumKeys }: Game,
  relaying: Relaying | null,
  manifest: DraftInput["manifest"],
): DraftInput["manifest"] {
  const { open, close } = answering(setting);
  const end = START + close;
  return {
    ...manifest,
    separation: separationOf(setting),
    relay: relaying?.settings(people) ?? null,
    epoch: { minimumKeys, minimumSeconds: 1 },
    windows: { enrolmentOpen: START, enrolmentClose: START + LAWS.window, answeringOpen: START + open, answeringClose: end },
    deadlines: { objection: 3600, sealBy: end + 3600, missingBy: end + 7200, commitBy: end + 10_800, revealSpan: 3600 },
  };
}

class Play {
  readonly #game: Game;
  readonly #here: Deployment;
  readonly #clock = new ClockTrace();
  readonly #recorder: Recorder;
  readonly #people: Person[];
  readonly #relaying: Relaying | null;
  readonly #releases: ReadonlySet<number>;
  #chosen: number | "given" | "sealed" = 0;
  #copied: Played["copy"] | null = null;

  constructor(game: Game, here: Deployment, relaying: Relaying | null) {
    this.#game = game;
    this.#here = here;
    this.#relaying = relaying;
    const { close } = answering(game.setting);
    this.#releases = new Set(relaying === null ? [] : [close - RELEASE_LEAD, close - LAST_RELEASE]);
    this.#recorder = new Recorder(here.url, () => here.clock.seconds - START);
    this.#people = here.links.map((link, index) => {
      return { index, link, secretCode: newSecretCode(randomBytes), plan: plan(game.setting, game.shares), visit: null, credential: null };
    });
  }

  async run(): Promise<Played> {
    const { setting } = this.#game;
    this.#recorder.reads(await this.#here.manifest());
    const events = this.#events();
    const chosen = this.#moment(events.length);
    // What the server and the relay do by the clock alone, between the events.
    const timers = [LAWS.window + 1, LAWS.window + 3601, ...this.#releases, answering(setting).close + 1].sort((a, b) => a - b);
    for (const [index, { at, step, person }] of events.entries()) {
      while (timers.length > 0 && (timers[0] as number) <= at) await this.#moveTo(timers.shift() as number);
      this.#setClock(at);
      await step(person);
      if (index === chosen) await this.#copy();
      // An epoch that this filled is full a second later.
      await this.#moveTo(this.#here.clock.seconds - START + 2);
    }
    for (const at of timers) await this.#moveTo(at);
    if (this.#copied === null) throw new Error("nothing happened in this round");
    return { game: this.#game, seen: this.#recorder.seen, copy: this.#copied, truth: await this.#truth() };
  }

  /** After which event the disk is copied, or at which point of the relay's first release. */
  #moment(events: number): number | "given" | "sealed" {
    if (this.#game.copy === "last") return events - 1;
    const moments = this.#relaying === null ? [below(events)] : [below(events), "given" as const, "sealed" as const];
    this.#chosen = moments[below(moments.length)] ?? 0;
    return this.#chosen;
  }

  async #copy(): Promise<void> {
    this.#copied ??= { at: this.#here.clock.seconds - START, files: await copyDisk(this.#here.folder), clock: this.#clock };
  }

  #events(): { readonly at: number; readonly step: Step; readonly person: Person }[] {
    const steps: readonly (readonly [keyof Plan, Step])[] = [
      ["enrol", this.#enrol],
      ["answer", this.#answer],
      ["revise", async (person) => void (await (await this.#comeBack(person))?.submit({ A1: "a later answer" }))],
      ["check", this.#check],
      ["withdraw", async (person) => void (await (await this.#comeBack(person))?.withdraw())],
    ];
    return this.#people
      .flatMap((person) => steps.flatMap(([name, step]) => (person.plan[name] === null ? [] : [{ at: person.plan[name], step, person }])))
      .sort((a, b) => a.at - b.at);
  }

  readonly #enrol: Step = async (person) => {
    person.credential = await this.#open(person);
  };

  async #open(person: Person): Promise<Credential> {
    person.visit = this.#recorder.visit(person.index);
    const fetch: Fetch = (url, init) => (person.visit ?? globalThis.fetch)(url, init);
    return (await openInvitation(person.link, this.#here.options(fetch))).enrol(person.secretCode);
  }

  readonly #answer: Step = async (person) => {
    // In one sitting the page is still open, but the network may give it another address; with phases a person brings the secret code alone.
    if (this.#game.setting.startsWith("phases")) person.credential = await this.#resume(person);
    else person.visit = this.#recorder.visit(person.index);
    await person.credential?.submit({ A1: "an answer" });
  };

  async #resume({ index, secretCode }: Person): Promise<Credential> {
    const options = this.#here.options(this.#recorder.visit(index));
    return (await openRound(this.#here.url, ROUND, options)).resume(secretCode, "officials");
  }

  /**
   * To change an answer: in a round whose relay has not released it yet, with the invitation and the same code, as long as people may enrol.
   * Null where neither is possible: the visit ends with that.
   */
  async #comeBack(person: Person): Promise<Credential | null> {
    try {
      return await this.#resume(person);
    } catch (error) {
      if (!isAmanaError(error, "ERR_NOT_FOUND")) throw error;
    }
    try {
      return await this.#open(person);
    } catch (error) {
      if (!isAmanaError(error, "ERR_ROUND_CLOSED")) throw error;
      return null;
    }
  }

  /** Before its release an answer is not there yet: the visit ends with that. */
  readonly #check: Step = async (person) => {
    try {
      await (await this.#resume(person)).check();
    } catch (error) {
      if (!isAmanaError(error, "ERR_NOT_FOUND")) throw error;
    }
  };

  #setClock(at: number): void {
    // Events that fall into one moment follow each other.
    this.#here.clock.seconds = Math.max(this.#here.clock.seconds, START + at);
    this.#clock.moved(this.#here.clock.seconds - START);
  }

  async #moveTo(at: number): Promise<void> {
    this.#setClock(at);
    await this.#relaying?.tick();
    const isRelease = this.#releases.has(at);
    if (isRelease) this.#recorder.released(answersOn(await copyDisk(this.#here.folder)));
    if (isRelease && this.#chosen === "given") await this.#copy();
    await this.#here.moveTo(this.#here.clock.seconds);
    if (isRelease && this.#chosen === "sealed") await this.#copy();
  }

  async #truth(): Promise<Played["truth"]> {
    const id = manifestId(await this.#here.manifest());
    const programme = programmeId(this.#here.amana.programme);
    return {
      invited: this.#people.map(({ link }) => {
        const [code] = parseInvitationLink(link).codes;
        if (code === undefined) throw new Error("a link without a code");
        return toHex(invitedHash(programme, ROUND, "customs", code));
      }),
      responseKeys: this.#people.map(({ secretCode, plan: { answer } }) =>
        answer === null ? null : toHex(responseSigningKey(secretCode, id).publicKey),
      ),
      plans: this.#people.map((person) => person.plan),
      visitors: this.#recorder.people,
    };
  }
}
