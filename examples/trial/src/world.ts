import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { amana, type Ran } from "./command.ts";
import { AUDIENCES, CHANNEL, CHANNEL_TITLE, HANDLER, ORGANISATIONS, PROGRAMME_NAME, WAVE, WAVE_TITLE } from "./organisations.ts";

/** How large a trial is and how long it lasts. */
export interface Scale {
  /** Invitations per audience. */
  readonly invited: Readonly<Record<keyof typeof AUDIENCES, number>>;
  readonly minimumGroup: number;
  /** Seconds from now until answering closes. */
  readonly lasts: number;
  /** Seconds that an epoch lasts at least; 5 unless said. Tests have no time. */
  readonly epochSeconds?: number;
  /** Two visits: enrolment ends, and answering opens, so many seconds from now. Without it people enrol and answer at once. */
  readonly phases?: { readonly enrolmentEnds: number; readonly answeringOpens: number };
  /** Answers go through a relay that somebody else runs; enrolment ends so many seconds from now. */
  readonly relay?: { readonly enrolmentEnds: number; readonly settings: TrialRelay };
}

/** What a round's file says of its relay. */
export interface TrialRelay {
  readonly organisation: string;
  readonly origin: string;
  readonly key: string;
  readonly slots: number;
  readonly releaseLead: number;
}

/** A reporting channel beside the trial's own. */
export interface TrialChannel {
  readonly round: string;
  /** The organisation whose people answer. */
  readonly handler: string;
  readonly title: Readonly<Record<string, string>>;
  /** Seconds from now until it closes. */
  readonly lasts: number;
  /** The channel after it. */
  readonly successor: string | null;
}

const TRIAL_CHANNEL: TrialChannel = { round: CHANNEL, handler: HANDLER, title: CHANNEL_TITLE, lasts: 30 * 86_400, successor: null };

/** A trial in a folder: keys of all organisations lie beside the data, which is what makes it a trial. */
export class World {
  readonly folder: string;
  readonly url: string;
  readonly #now: () => Date;

  constructor(folder: string, url: string, now: () => Date) {
    this.folder = folder;
    this.url = url;
    this.#now = now;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  key(organisation: string): string {
    return join(this.folder, "keys", `${organisation}.key`);
  }

  invitations(audience: string): string {
    return join(this.folder, `invitations-${audience}.csv`);
  }

  /** Runs a command line of `amana` with the trial's clock and pins. */
  amana(args: readonly string[], expect?: number): Promise<Ran> {
    return amana(args, { now: this.#now, state: join(this.folder, "state"), ...(expect === undefined ? {} : { expect }) });
  }

  /** The same, with an organisation's key. */
  as(organisation: string, args: readonly string[], expect?: number): Promise<Ran> {
    return this.amana([...args, "--key", this.key(organisation), "--passphrase-file", join(this.folder, "keys", "passphrase.txt")], expect);
  }

  /** Makes keys, programme and the draft of the wave, before the server runs. */
  async prepare(): Promise<string> {
    await mkdir(join(this.folder, "keys"), { recursive: true });
    await mkdir(join(this.folder, "state"), { recursive: true });
    await writeFile(join(this.folder, "keys", "passphrase.txt"), "trial\n", { mode: 0o600 });
    for (const { id } of ORGANISATIONS) {
      await this.as(id, ["trustee", "join", "--organisation", id, "--round", WAVE, "--url", this.url]);
    }
    await this.as(HANDLER, ["trustee", "join", "--round", CHANNEL]);
    await this.#write("programme.yaml", {
      name: PROGRAMME_NAME,
      trial: true,
      origin: "trial.amana.example",
      organisations: ORGANISATIONS.map(({ id, name }) => ({ id, name, card: this.#card(id, WAVE) })),
    });
    const { result } = await this.amana(["init", this.data, "--config", join(this.folder, "programme.yaml")]);
    return (result as { programme: string }).programme;
  }

  /** Drafts the wave, without invitations. */
  async draftWave(scale: Scale): Promise<void> {
    await this.#write("wave.yaml", {
      round: WAVE,
      kind: "survey",
      title: WAVE_TITLE,
      audiences: Object.entries(AUDIENCES).map(([id, title]) => ({
        id,
        title,
        questionnaire: questionnairePath(id),
        roster: scale.invited[id as keyof typeof AUDIENCES],
        minimumGroup: scale.minimumGroup,
        issuers: [{ name: `${id}-issuer`, handedOutBy: id === "officials" ? "customs" : "federation" }],
      })),
      trustees: ORGANISATIONS.map(({ id }) => this.#card(id, WAVE)),
      threshold: 2,
      ...visits(scale),
      deadlines: {
        objection: 0,
        sealBy: `+${scale.lasts + 60}`,
        missingBy: `+${scale.lasts + 120}`,
        commitBy: `+${scale.lasts + 3600}`,
        revealSpan: 3600,
      },
      epoch: { minimumKeys: 0, minimumSeconds: scale.epochSeconds ?? 5 },
    });
    await this.amana(["round", "create", join(this.folder, "wave.yaml"), "--data", this.data]);
  }

  /** Drafts the wave, makes its invitations, and has three trustees rehearse and co-sign it. The server runs. */
  async launchWave(scale: Scale): Promise<void> {
    await this.draftWave(scale);
    for (const [audience, count] of Object.entries(scale.invited)) {
      const out = this.invitations(audience);
      await this.amana([
        "invitations",
        "create",
        "--data",
        this.data,
        "--round",
        WAVE,
        "--audience",
        audience,
        "--count",
        String(count),
        "--url",
        this.url,
        "--out",
        out,
      ]);
    }
    await this.#cosign(
      WAVE,
      ORGANISATIONS.map(({ id }) => id),
    );
  }

  /** Opens the reporting channel, which accepts marks from the wave; or another, of another organisation or time. */
  async launchChannel(wave: string, epochSeconds = 5, other: Partial<TrialChannel> = {}): Promise<void> {
    const { round, handler, title, lasts, successor } = { ...TRIAL_CHANNEL, ...other };
    if (round !== CHANNEL) await this.as(handler, ["trustee", "join", "--round", round]);
    await this.#write("channel.yaml", {
      round,
      kind: "reports",
      title,
      handlers: [this.#card(handler, round)],
      successor,
      windows: { answeringOpen: "+0", answeringClose: `+${lasts}` },
      epoch: { minimumKeys: 0, minimumSeconds: epochSeconds },
      workDifficulty: 14,
      accepts: [wave],
    });
    await this.amana(["round", "create", join(this.folder, "channel.yaml"), "--data", this.data]);
    await this.#cosign(round, [handler]);
  }

  /** Notes that the trial is complete: a start that was interrupted begins anew. */
  remember(programme: string): Promise<void> {
    return this.#write("ready.json", { programme });
  }

  async recall(): Promise<string> {
    return (JSON.parse(await readFile(join(this.folder, "ready.json"), "utf8")) as { programme: string }).programme;
  }

  /** The links of an audience, in the order of the file. */
  async links(audience: string): Promise<string[]> {
    const lines = (await readFile(this.invitations(audience), "utf8")).trim().split("\n").slice(1);
    return lines.map((line) => line.split(",")[1] as string);
  }

  /** Two passes: a rehearsal needs k shares before the first can sign. */
  async #cosign(round: string, organisations: readonly string[]): Promise<void> {
    for (const _pass of [1, 2]) {
      for (const id of organisations) {
        await this.as(id, ["trustee", "cosign", "--round", round, "--backup", `${this.key(id)}.backup.txt`]).catch((error: unknown) => {
          if (!String(error).includes("ERR_DRAFT_UNKNOWN")) throw error;
        });
      }
    }
  }

  #card(organisation: string, round: string): string {
    return `${this.key(organisation)}.${round}.card.json`;
  }

  async #write(name: string, value: unknown): Promise<void> {
    // JSON is YAML: the files can be read, changed and used again.
    await writeFile(join(this.folder, name), `${JSON.stringify(value, null, 2)}\n`);
  }
}

function visits({ lasts, phases, relay }: Scale): object {
  const answeringClose = `+${lasts}`;
  if (relay !== undefined)
    return {
      separation: ["relay"],
      relay: relay.settings,
      windows: { answeringOpen: "+0", enrolmentClose: `+${relay.enrolmentEnds}`, answeringClose },
    };
  if (phases === undefined) return { windows: { answeringOpen: "+0", answeringClose } };
  const { enrolmentEnds, answeringOpens } = phases;
  return {
    separation: ["phases"],
    windows: { enrolmentOpen: "+0", enrolmentClose: `+${enrolmentEnds}`, answeringOpen: `+${answeringOpens}`, answeringClose },
  };
}

function questionnairePath(audience: string): string {
  return fileURLToPath(new URL(`../../questionnaires/${audience}.json`, import.meta.url));
}
