import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClientOptions, type Credential, openInvitation } from "@amana/client";
import { operatorClient } from "@amana/server";
import { run } from "../src/run.ts";
import { writeDocument } from "./cards.ts";
import { testIo, type Written } from "./io.ts";
import { QUESTIONNAIRE } from "./questionnaire.ts";

export const ORGANISATIONS = ["customs", "federation", "observatory"] as const;
export const WAVE = "wave-1";
export const CHANNEL = "reports-1";
const DAY = 86_400;

/** What may come between a command and the server: tests cut or change requests. */
type Between = (url: string, send: () => Promise<Response>) => Promise<Response>;

/** The relay of a wave. */
export interface TrialRelay {
  readonly organisation: string;
  readonly origin: string;
  readonly key: string;
}

/** A small trial in which people at terminals run `amana`, against the real server, with a clock that can be moved. Every output is kept. */
export class Trial {
  readonly folder: string;
  readonly outputs: Written[] = [];
  between: Between = (_url, send) => send();
  url = "";
  programme = "";
  /** Who must cosign, where they are asked, and what starts them once the programme is served. */
  witnesses: {
    readonly quorum: number;
    readonly named: readonly { readonly organisation: string; readonly vkey: string }[];
    readonly urls: readonly string[];
    readonly start: () => Promise<void>;
  } | null = null;
  /** What the wave's file says besides. */
  wave: object = {};
  /** Offers of issuers with processes of their own, and what is to be done before the wave is made. */
  readonly offers: string[] = [];
  beforeWave: () => Promise<void> = async () => undefined;
  #ahead = 0;
  #stop = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  readonly now = (): Date => new Date(Date.now() + this.#ahead);

  forward(seconds: number): void {
    this.#ahead += seconds * 1000;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  get state(): string {
    return join(this.folder, "state");
  }

  get passphraseFile(): string {
    return join(this.folder, "passphrase.txt");
  }

  key(organisation: string): string {
    return join(this.folder, `${organisation}.key`);
  }

  csv(): string {
    return join(this.folder, "officials.csv");
  }

  /** Runs a command line; fails with what it said when it does not end as expected. */
  async amana(line: readonly string[], expect = 0): Promise<Written> {
    const { io, written } = testIo({
      now: this.now,
      environment: { AMANA_PINS: join(this.state, "pins.json"), AMANA_STATE: this.state },
      fetch: (url, init) => this.between(url, () => fetch(url, init)),
    });
    this.outputs.push(written);
    const code = await run(line, io);
    if (code !== expect || written.results.length !== 1)
      throw new Error(`amana ${line.join(" ")} ended with ${code}: ${written.warned.join(" ")} ${JSON.stringify(written.results)}`);
    return written;
  }

  /** The same, with an organisation's key. */
  as(organisation: string, line: readonly string[], expect = 0): Promise<Written> {
    return this.amana([...line, "--key", this.key(organisation), "--passphrase-file", this.passphraseFile], expect);
  }

  /** `amana serve` on a port of its own, until {@link stop}. */
  async start(port = "0"): Promise<void> {
    this.#stop = new AbortController();
    this.url = await new Promise((resolve, reject) => {
      const { io, written } = testIo({ now: this.now, stop: this.#stop.signal });
      this.outputs.push(written);
      const result = (value: unknown): void => {
        written.results.push(value);
        const { url } = value as { url?: string };
        if (url === undefined) reject(new Error(written.warned.join(" ")));
        else resolve(url);
      };
      const asked = (this.witnesses?.urls ?? []).flatMap((url) => ["--witness", url]);
      this.#ended = run(["serve", "--data", this.data, "--port", port, ...asked], { ...io, result });
    });
  }

  async stop(): Promise<unknown> {
    this.#stop.abort();
    return this.#ended;
  }

  /** What of the ledger is public, and how much there is. */
  async publication(): Promise<{ readonly size: number; readonly public: number; readonly standings: readonly string[] }> {
    const operator = await operatorClient(this.data);
    try {
      const { ledgerSize, publication } = await operator.status();
      return { size: ledgerSize, public: publication.publicSize, standings: publication.witnesses.map(({ standing }) => standing) };
    } finally {
      await operator.close();
    }
  }

  async tick(): Promise<void> {
    const operator = await operatorClient(this.data);
    await operator.tick().finally(() => operator.close());
  }

  /** Programme, server, a live wave with six invitations, and a live channel. */
  async launch({ relay = null }: { readonly relay?: TrialRelay | null } = {}): Promise<void> {
    await writeDocument(join(this.state, "readme"), "");
    await writeFile(this.passphraseFile, "a passphrase of the trial\n");
    // The port stays the same over restarts: it is part of what is pinned.
    const url = "http://127.0.0.1:1/";
    for (const id of ORGANISATIONS) await this.as(id, ["trustee", "join", "--organisation", id, "--round", WAVE, "--url", url]);
    await this.as("observatory", ["trustee", "join", "--round", CHANNEL]);
    const organisations = ORGANISATIONS.map((id) => ({ id, name: { en: id }, card: `${id}.key.${WAVE}.card.json` }));
    await writeDocument(join(this.folder, "programme.yaml"), {
      name: { en: "Trial" },
      trial: true,
      origin: "trial.example",
      organisations,
      ...(this.witnesses === null ? {} : { witnesses: this.witnesses.named, quorum: this.witnesses.quorum }),
    });
    const made = await this.amana(["init", this.data, "--config", join(this.folder, "programme.yaml")]);
    this.programme = (made.results[0] as { programme: string }).programme;
    await this.start();
    await this.amana(["trust", this.url, "--yes"]);
    await this.witnesses?.start();
    await this.beforeWave();
    await this.#launchWave(relay);
    await this.#launchChannel();
  }

  async #launchWave(relay: TrialRelay | null): Promise<void> {
    await writeDocument(join(this.folder, "officials.json"), QUESTIONNAIRE);
    const issuers = [{ name: "officials-issuer", handedOutBy: "customs" }, ...this.offers.map((offer) => ({ offer }))];
    const path = await writeDocument(join(this.folder, "wave.yaml"), {
      round: WAVE,
      kind: "survey",
      title: { en: "Wave" },
      audiences: [{ id: "officials", title: { en: "O" }, questionnaire: "officials.json", roster: 6, minimumGroup: 1, issuers }],
      trustees: ORGANISATIONS.map((id) => `${id}.key.${WAVE}.card.json`),
      windows: { answeringOpen: "+0", answeringClose: `+${DAY}` },
      deadlines: { objection: 0 },
      epoch: { minimumKeys: 1, minimumSeconds: 5 },
      ...(relay === null ? {} : { separation: ["relay"], relay: { ...relay, slots: 24, releaseLead: DAY / 2 } }),
      ...this.wave,
    });
    await this.amana(["round", "create", path, "--data", this.data]);
    await this.amana(this.invitations());
    await this.#cosign(WAVE, ORGANISATIONS);
  }

  async #launchChannel(): Promise<void> {
    const path = await writeDocument(join(this.folder, "channel.yaml"), {
      round: CHANNEL,
      kind: "reports",
      title: { en: "Reports" },
      handlers: [`observatory.key.${CHANNEL}.card.json`],
      windows: { answeringOpen: "+0", answeringClose: `+${20 * DAY}` },
      epoch: { minimumKeys: 0, minimumSeconds: 5 },
      workDifficulty: 4,
    });
    await this.amana(["round", "create", path, "--data", this.data]);
    await this.#cosign(CHANNEL, ["observatory"]);
  }

  /** The line that makes the wave's invitations. */
  invitations(out: string = this.csv()): string[] {
    const where = ["--data", this.data, "--round", WAVE, "--audience", "officials", "--issuer", "officials-issuer"];
    return ["invitations", "create", ...where, "--count", "6", "--url", this.url, "--out", out];
  }

  /** Two passes: a rehearsal needs k shares before the first can sign. */
  async #cosign(round: string, organisations: readonly string[]): Promise<void> {
    const url = ["--url", this.url];
    for (const _pass of organisations.length > 1 ? [1, 2] : [1])
      for (const id of organisations) {
        const drafts = (await (await fetch(`${this.url}drafts`)).json()) as { drafts: string[] };
        if (!drafts.drafts.includes(round)) return;
        await this.as(id, ["trustee", "cosign", "--round", round, "--backup", `${this.key(id)}.backup.txt`, ...url]);
      }
  }

  async links(): Promise<string[]> {
    return (await readFile(this.csv(), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[1] as string);
  }

  get options(): ClientOptions {
    return { programme: this.programme, now: this.now, wait: async () => undefined };
  }

  /** Somebody answers with the link of this number. */
  async answer(link: number): Promise<Credential> {
    const round = await openInvitation((await this.links())[link] as string, this.options);
    const credential = await round.enrol(round.newSecretCode());
    await credential.submit({ O01: 4, O02: "a comment" });
    return credential;
  }

  /** Time for an epoch goes by, and what is due is done. */
  async seal(): Promise<void> {
    this.forward(6);
    await this.tick();
  }

  /** `trustee next` for one organisation, and the steps it took. */
  async next(organisation: string, expect = 0): Promise<{ readonly step: string; readonly for?: unknown }[]> {
    const { results } = await this.as(organisation, ["trustee", "next", "--round", WAVE, "--url", this.url], expect);
    return (results[0] as { steps: { step: string }[] }).steps;
  }
}
