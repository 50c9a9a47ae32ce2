import { type Credential, type Fetch, openInvitation, openRound, parseInvitationLink } from "@amana/client";
import { newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import { invitedHash, responseSigningKey } from "@amana/core/credential";
import { manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import type { DraftInput, LowdbOptions } from "@amana/server";
import { Deployment, ROUND, START } from "../../adversary/support/server.ts";
import { type CopiedFile, copyDisk } from "../../adversary/support/stored-data.ts";
import { answering, LAWS, type Plan, plan, type Setting, type Shares } from "./laws.ts";
import { below } from "./random.ts";
import { Recorder, type Seen } from "./recorder.ts";
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
  /** When the disk is copied: after some event, each as likely as any other, or when all have answered. */
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
  const here = await Deployment.start((manifest) => roundOf(game, manifest), {
    people: game.people,
    ...(game.store && { store: game.store }),
  });
  try {
    return await new Play(game, here).run();
  } finally {
    await here.stop();
  }
}

function roundOf({ setting, minimumKeys }: Game, manifest: DraftInput["manifest"]): DraftInput["manifest"] {
  const { open, close } = answering(setting);
  const end = START + close;
  return {
    ...manifest,
    separation: separationOf(setting),
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

  constructor(game: Game, here: Deployment) {
    this.#game = game;
    this.#here = here;
    this.#recorder = new Recorder(() => here.clock.seconds - START);
    this.#people = here.links.map((link, index) => {
      return { index, link, secretCode: newSecretCode(randomBytes), plan: plan(game.setting, game.shares), visit: null, credential: null };
    });
  }

  async run(): Promise<Played> {
    const { setting, copy } = this.#game;
    this.#recorder.reads(await this.#here.manifest());
    const events = this.#events();
    const chosen = copy === "last" ? events.length - 1 : below(events.length);
    let taken: Played["copy"] | null = null;
    const { close } = answering(setting);
    // What the server does by the clock alone, between the events.
    const timers = [LAWS.window + 1, LAWS.window + 3601, close + 1].filter((at) => at <= close + 1);
    for (const [index, { at, step, person }] of events.entries()) {
      while (timers.length > 0 && (timers[0] as number) <= at) await this.#moveTo(timers.shift() as number);
      this.#setClock(at);
      await step(person);
      if (index === chosen) taken = { at, files: await copyDisk(this.#here.folder), clock: this.#clock };
      // An epoch that this filled is full a second later.
      await this.#moveTo(this.#here.clock.seconds - START + 2);
    }
    for (const at of timers) await this.#moveTo(at);
    if (taken === null) throw new Error("nothing happened in this round");
    return { game: this.#game, seen: this.#recorder.seen, copy: taken, truth: await this.#truth() };
  }

  #events(): { readonly at: number; readonly step: Step; readonly person: Person }[] {
    const steps: readonly (readonly [keyof Plan, Step])[] = [
      ["enrol", this.#enrol],
      ["answer", this.#answer],
      ["revise", async (person) => void (await (await this.#resume(person)).submit({ A1: "a later answer" }))],
      ["check", async (person) => void (await (await this.#resume(person)).check())],
      ["withdraw", async (person) => void (await (await this.#resume(person)).withdraw())],
    ];
    return this.#people
      .flatMap((person) => steps.flatMap(([name, step]) => (person.plan[name] === null ? [] : [{ at: person.plan[name], step, person }])))
      .sort((a, b) => a.at - b.at);
  }

  readonly #enrol: Step = async (person) => {
    person.visit = this.#recorder.visit(person.index);
    const fetch: Fetch = (url, init) => (person.visit ?? globalThis.fetch)(url, init);
    person.credential = await (await openInvitation(person.link, this.#here.options(fetch))).enrol(person.secretCode);
  };

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

  #setClock(at: number): void {
    // Events that fall into one moment follow each other.
    this.#here.clock.seconds = Math.max(this.#here.clock.seconds, START + at);
    this.#clock.moved(this.#here.clock.seconds - START);
  }

  async #moveTo(at: number): Promise<void> {
    this.#setClock(at);
    await this.#here.moveTo(this.#here.clock.seconds);
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
