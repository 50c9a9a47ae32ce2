import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientOptions, type Credential, type Fetch, openInvitation, type Round } from "@amana/client";
import { audit } from "@amana/client/auditor";
import { type CosignedManifests, cosign, fetchDraft, LedgerView, rehearse, Transport } from "@amana/client/trustee";
import { encodeJson, formatCode, newSecretCode, type SecretCode, SHA256, toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import { type KemKey, kemKey, randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { ballotSize, type Questionnaire } from "@amana/core/questionnaire";
import { defaultAnalysisPlan, encodeAnalysisPlan } from "@amana/results";
import {
  type Amana,
  type AmanaOptions,
  createAmana,
  type DraftInput,
  type DraftIssuer,
  initProgramme,
  type LowdbOptions,
  lowdbStore,
} from "@amana/server";
import express from "express";
import { issuerKeys } from "./issuer-keys.ts";

/** When enrolment opens, unix seconds. */
export const START = 1_900_000_000;
export const HOUR = 3600;
export const ROUND = "wave-1";
const ORGANISATIONS = ["customs", "chamber", "bar"] as const;

export interface Holder {
  readonly signing: SigningKey;
  readonly kem: KemKey;
}

/** One audience, its issuer and its questions. */
export interface Group {
  readonly id: string;
  readonly issuer: string;
  readonly questionnaire: Questionnaire;
}

/** How many are invited in each audience, who they are, and a store that lacks a defence. */
export interface DeploymentOptions {
  readonly people?: number;
  readonly groups?: readonly Group[];
  readonly store?: LowdbOptions;
  /** Folder of a built form that it serves. */
  readonly form?: string;
  /** Bounds of what requests may occupy. */
  readonly limits?: AmanaOptions["limits"];
  /** Called with the data folder before anything is in it. */
  readonly onFolder?: (folder: string) => void;
  /** Spares in each audience; their links come last. */
  readonly spares?: number;
  /** Verifier key and address of a witness whose cosignature the programme wants. */
  readonly witness?: { readonly vkey: string; readonly url: string };
  /** A further issuer of the first audience, with a process of its own. */
  readonly offer?: (url: string, programme: string) => Promise<DraftIssuer>;
}

/** The real server on a real folder, a survey of one audience, and a clock that stands until it is moved. */
export class Deployment {
  readonly url: string;
  readonly amana: Amana;
  readonly holders: readonly Holder[];
  /** Everyone's, audience by audience. */
  readonly links: readonly string[];
  readonly clock: { seconds: number };
  /** The server's data. */
  readonly folder: string;
  readonly #server: Server;

  private constructor(fields: Pick<Deployment, "url" | "amana" | "holders" | "links" | "clock">, server: Server, folder: string) {
    this.url = fields.url;
    this.amana = fields.amana;
    this.holders = fields.holders;
    this.links = fields.links;
    this.clock = fields.clock;
    this.#server = server;
    this.folder = folder;
  }

  /** From an empty folder to a live round, whose three trustees have checked, rehearsed and co-signed it. */
  static async start(
    change: (manifest: DraftInput["manifest"]) => DraftInput["manifest"] = (same) => same,
    { people = 8, groups = GROUPS, store, onFolder, spares = 0, witness, offer, form, limits }: DeploymentOptions = {},
  ): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), "amana-adversary-"));
    onFolder?.(folder);
    const holders = ORGANISATIONS.map(() => ({ signing: signingKey(randomBytes(32)), kem: kemKey(randomBytes(32)) }));
    const organisations = ORGANISATIONS.map((id, at) => ({ id, name: { en: id }, key: toHex((holders[at] as Holder).signing.publicKey) }));
    const watched = witness === undefined ? {} : { witnesses: [{ organisation: "bar", vkey: witness.vkey }], quorum: 1 };
    await initProgramme(folder, { name: { en: "Trial" }, trial: true, organisations, origin: "http://127.0.0.1/", ...watched });
    const clock = { seconds: START };
    const asked: Partial<AmanaOptions> = witness === undefined ? {} : { witnesses: [witness.url] };
    const now = (): Date => new Date(clock.seconds * 1000);
    const amana = await createAmana({
      store: await lowdbStore(folder, store),
      form,
      limits,
      now,
      autoTick: false,
      newIssuerKey: issuerKeys(),
      ...asked,
    });
    const app = express();
    app.use(amana.router);
    const server = createServer(app);
    // A client that is slow on a busy machine finds its connection still there.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const further = await offer?.(url, toHex(programmeId(amana.programme)));
    const input = draft(holders, people, groups, further === undefined ? change : (manifest) => change(withIssuer(manifest, further)));
    await amana.operator.createDraft(input);
    const links: string[] = [];
    for (const { id, issuer } of groups) {
      const codes = await amana.operator.createInvitations({ round: ROUND, audience: id, issuer, count: people + spares, spares });
      links.push(...codes.map((code) => `${url}${ROUND}#${id}.${formatCode(code)}`));
    }
    const transport = new Transport(url);
    for (const keys of holders) await rehearse(transport, await fetchDraft(transport, ROUND), keys);
    for (const keys of holders) await cosign(transport, await fetchDraft(transport, ROUND), keys, cosignedNothing);
    return new Deployment({ url, amana, holders, links, clock }, server, folder);
  }

  get pinned(): string {
    return toHex(programmeId(this.amana.programme));
  }

  options(fetch?: Fetch): ClientOptions {
    const now = (): Date => new Date(this.clock.seconds * 1000);
    return { programme: this.pinned, now, wait: async () => undefined, ...(fetch === undefined ? {} : { fetch }) };
  }

  /** Moves the clock and lets the server do what is due. */
  async moveTo(seconds: number): Promise<void> {
    this.clock.seconds = seconds;
    await this.amana.tick();
    await this.amana.tick();
  }

  /** The manifest as the ledger has it. */
  async manifest(): Promise<Manifest> {
    const view = await LedgerView.fetch(new Transport(this.url), this.amana.programme, new Date(this.clock.seconds * 1000));
    for await (const { entry } of view.entries()) if (entry.type === "manifest") return entry.manifest;
    throw new Error("no manifest");
  }

  async enrol(place: number, fetch?: Fetch): Promise<{ round: Round; credential: Credential; secretCode: SecretCode }> {
    const round = await openInvitation(this.links[place] as string, this.options(fetch));
    const secretCode = newSecretCode(randomBytes);
    return { round, secretCode, credential: await round.enrol(secretCode) };
  }

  /** The checks of a stranger's audit that do not hold. */
  async failing(): Promise<string[]> {
    const failed: string[] = [];
    const options = { programme: this.pinned, now: new Date(this.clock.seconds * 1000), known: null };
    for await (const { check, ok, detail } of audit(new Transport(this.url), options)) if (!ok) failed.push(`${check}: ${detail}`);
    return failed;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    await this.amana.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The first audience with a further issuer. */
function withIssuer(manifest: DraftInput["manifest"], issuer: DraftIssuer): DraftInput["manifest"] {
  const [first, ...others] = manifest.audiences;
  return first === undefined ? manifest : { ...manifest, audiences: [{ ...first, issuers: [...first.issuers, issuer] }, ...others] };
}

/** What a key holder remembers of a round that it has not seen before. */
export const cosignedNothing: CosignedManifests = { get: async () => null, put: async () => undefined };

const text = (en: string) => ({ en });

const QUESTIONNAIRE: Questionnaire = {
  protocol: "amana/1",
  type: "questionnaire",
  id: "officials",
  locales: ["en"],
  review: { en: "none" },
  title: text("Officials"),
  introduction: text("About your work."),
  factors: [],
  scales: [],
  sections: [
    {
      id: "one",
      title: text("One"),
      text: null,
      showIf: null,
      items: [{ kind: "text", id: "A1", text: text("What?"), help: null, factor: null, showIf: null, maxBytes: 100 }],
    },
  ],
};

const GROUPS: readonly Group[] = [{ id: "officials", issuer: "customs", questionnaire: QUESTIONNAIRE }];

function draft(
  holders: readonly Holder[],
  people: number,
  groups: readonly Group[],
  change: (manifest: DraftInput["manifest"]) => DraftInput["manifest"],
): DraftInput {
  const close = START + 4 * HOUR;
  const plan = defaultAnalysisPlan(5);
  const manifest: DraftInput["manifest"] = {
    round: ROUND,
    kind: "survey",
    title: text("Wave 1"),
    audiences: groups.map(({ id, issuer, questionnaire }) => ({
      id,
      title: text(id),
      questionnaire: toHex(SHA256(encodeJson(questionnaire))),
      rosterSize: people,
      minimumGroup: 2,
      issuers: [{ name: issuer, handedOutBy: "customs" }],
    })),
    trustees: ORGANISATIONS.map((organisation, at) => ({
      organisation,
      signingKey: toHex((holders[at] as Holder).signing.publicKey),
      kemKey: toHex((holders[at] as Holder).kem.publicKey),
    })),
    handlers: [],
    threshold: 2,
    noSpare: false,
    analysisPlan: toHex(SHA256(encodeAnalysisPlan(plan))),
    windows: { enrolmentOpen: START, enrolmentClose: START + HOUR, answeringOpen: START, answeringClose: close },
    deadlines: { objection: 60, sealBy: close + 60, missingBy: close + 120, commitBy: close + 600, revealSpan: 60 },
    separation: [],
    size: Math.max(...groups.map(({ questionnaire }) => ballotSize(questionnaire))),
    epoch: { minimumKeys: 1, minimumSeconds: 1 },
    relay: null,
    workDifficulty: 0,
    accepts: [],
    successor: null,
    previous: null,
  };
  return { manifest: change(manifest), questionnaires: groups.map(({ questionnaire }) => questionnaire), analysisPlan: plan };
}
