import { compare, concat, decodeJson, fromHex, PROTOCOL, SHA256, toHex, vector } from "@amana/core/bytes";
import {
  blindedHash,
  blindSign,
  type Draw,
  decodeEnrolment,
  encodeDraws,
  encodeEnrolmentAnswer,
  invitedHash,
  signEnrolmentReceipt,
} from "@amana/core/credential";
import { type DocumentedEntry, type DrawsEntry, encodeEntry, entrySchema, type KeyDestroyedEntry, signEntry } from "@amana/core/entries";
import { addSignatures, cosignNote, GrowingTree, leafHash, signCheckpoint } from "@amana/core/ledger";
import { cosignManifest } from "@amana/core/manifest";
import { readReveal } from "@amana/core/opening";
import { randomBytes } from "@amana/core/primitives";
import { encodeProgramme, programmeId } from "@amana/core/programme";
import { decodeRelease } from "@amana/core/release";
import { decodeSubmission, encodePromise, encodeSubmissionLeaf, type Submission, signPromise } from "@amana/core/submission";
import type { Fetch } from "../src/wire/transport.ts";
import type { IssuerPair, Round, World } from "./world.ts";

/** What a server answers: bytes, or the code of a problem. */
export type Answer = Uint8Array | { readonly code: string; readonly status?: number; readonly [detail: string]: unknown };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly size: number;
  readonly body: Uint8Array;
}

interface Pending {
  readonly submission: Submission;
  readonly bytes: Uint8Array;
  readonly leaf: Uint8Array;
}

/**
 * A server in memory, as its operator can make it: it has the programme's keys, does by default what an honest one does, and checks nothing of
 * what it is told to log. Tests change single answers (`on`), or write the ledger themselves.
 */
export class Operator {
  readonly world: World;
  readonly round: Round;
  readonly entries: Uint8Array[] = [];
  readonly files = new Map<string, Uint8Array>();
  readonly requests: Seen[] = [];
  /** Answers of its own choice: `METHOD path`, or a prefix ending in `*`. Null: as usual. */
  readonly on = new Map<string, (body: Uint8Array) => Answer | null>();
  /** Sends this trustee's envelope or holds it back. */
  serves: (holder: number, leafHash: string) => boolean = () => true;
  /** When the witness last cosigned, unix seconds; null for not at all. */
  witnessedAt: number | null = null;
  entryIndex = 1;
  /** Where it says that the round's amendments are. */
  amendments: number[] = [];
  /** Where it says that the round's draws are. */
  drawnAt: number[] = [];
  readonly draws = new Map<string, Draw[]>();
  readonly envelopes = new Map<number, { readonly hash: Uint8Array; readonly envelope: Uint8Array }[]>();
  readonly reveals: Uint8Array[] = [];
  readonly releases = new Map<string, { readonly bytes: Uint8Array; readonly signatures: Map<number, string> }>();
  readonly #pending: Pending[] = [];
  readonly #admitted = new Map<string, Uint8Array>();
  #next = 0;

  constructor(world: World, round: Round) {
    this.world = world;
    this.round = round;
    for (const file of world.files) this.keep(file);
  }

  keep(file: Uint8Array): string {
    const sha256 = toHex(SHA256(file));
    this.files.set(sha256, file);
    return sha256;
  }

  log(entry: DocumentedEntry): number {
    return this.entries.push(encodeEntry(entry)) - 1;
  }

  /** Programme, manifest with everyone's co-signature, invitations. */
  launch(round: Round = this.round, signers: readonly number[] = [0, 1, 2]): this {
    const { world } = this;
    if (this.entries.length === 0) this.log({ protocol: PROTOCOL, type: "programme", programme: world.programme });
    const cosignatures = signers.map((at) =>
      toHex(cosignManifest(round.manifest, at, (world.trustees[at] as World["trustees"][number]).signing)),
    );
    this.entryIndex = this.log({ protocol: PROTOCOL, type: "manifest", manifest: round.manifest, cosignatures });
    const manifest = toHex(round.id);
    for (const [place, file] of round.invitations) {
      const [audience = "", issuer = ""] = place.split("/");
      const reference = { sha256: this.keep(file), length: file.length };
      this.log({ protocol: PROTOCOL, type: "invitations", manifest, audience, issuer, count: file.length / 32, ...reference });
    }
    return this;
  }

  /** Seals what waits, in leaf order. */
  seal(minimum = 1): void {
    if (this.#pending.length < minimum) return;
    const leaves = this.#pending.splice(0).sort((a, b) => compare(leafHash(a.leaf), leafHash(b.leaf)));
    const epoch = this.#next++;
    const firstIndex = this.entries.length + 1;
    this.log({
      protocol: PROTOCOL,
      type: "epoch",
      manifest: toHex(this.round.id),
      from: epoch,
      to: epoch,
      firstIndex,
      count: leaves.length,
    });
    for (const { leaf } of leaves) this.entries.push(leaf);
    this.envelopes.set(
      epoch,
      leaves.map(({ leaf, submission }) => ({ hash: leafHash(leaf), envelope: submission.envelope })),
    );
  }

  /** Every issuer's draws, and the destruction of its keys. */
  endEnrolment(): void {
    for (const place of this.round.issuers.keys()) this.logDraws(place, this.draws.get(place) ?? []);
    this.destroyIssuerKeys();
  }

  /** One list of draws, signed by its issuer. */
  logDraws(place: string, list: readonly Draw[]): void {
    const { manifest, issuers } = this.round;
    const [audience = "", issuer = ""] = place.split("/");
    const file = encodeDraws(list);
    const fields = { audience, issuer, count: list.length, sha256: this.keep(file), length: file.length };
    this.drawnAt.push(this.log(signEntry<DrawsEntry>(manifest, { type: "draws", ...fields }, (issuers.get(place) as IssuerPair).signing)));
  }

  destroyIssuerKeys(): void {
    for (const [place, { signing }] of this.round.issuers)
      this.log(signEntry<KeyDestroyedEntry>(this.round.manifest, { type: "key-destroyed", holder: `issuer/${place}` }, signing));
  }

  close(): void {
    this.seal();
    this.log({ protocol: PROTOCOL, type: "close", manifest: toHex(this.round.id) });
  }

  /** The signed note over the entries as they are. */
  async checkpoint(entries: readonly Uint8Array[] = this.entries): Promise<{ note: string; read: (path: string) => Uint8Array | null }> {
    const store = new Map<string, Uint8Array>();
    const tree = new GrowingTree({
      read: async (path) => store.get(path) ?? null,
      write: async (path, bytes) => void store.set(path, bytes),
    });
    const { size, root } = await tree.append(entries);
    const note = signCheckpoint({ origin: this.world.ledgerKey.name, size, root, extensions: [] }, this.world.ledgerKey);
    const cosigned = this.witnessedAt === null ? note : addSignatures(note, cosignNote(note, this.world.witness, this.witnessedAt));
    return { note: cosigned, read: (path) => store.get(path) ?? null };
  }

  readonly fetch: Fetch = async (url, init) => {
    const path = new URL(url).pathname.slice(1);
    const method = init?.method ?? "GET";
    const body = new Uint8Array((init?.body as Uint8Array | undefined) ?? []);
    this.requests.push({ method, path, size: body.length, body });
    const answer = this.#chosen(`${method} ${path}`, body) ?? (await this.#usual(method, path, body));
    if (answer instanceof Uint8Array) return new Response(new Uint8Array(answer));
    const { status = 400, ...problem } = answer;
    return new Response(JSON.stringify(problem), { status });
  };

  #chosen(key: string, body: Uint8Array): Answer | null {
    for (const [name, answer] of this.on)
      if (name === key || (name.endsWith("*") && key.startsWith(name.slice(0, -1)))) return answer(body);
    return null;
  }

  async #usual(method: string, path: string, body: Uint8Array): Promise<Answer> {
    const { round, world } = this;
    const name = round.manifest.round;
    if (method === "GET") {
      if (path === "programme") return encodeProgramme(world.programme);
      if (path === `rounds/${name}`) return json({ ...this.#summary(), entryIndex: this.entryIndex });
      if (path === "ledger/checkpoint") return new TextEncoder().encode((await this.checkpoint()).note);
      if (path.startsWith("ledger/")) return (await this.checkpoint()).read(path.slice("ledger/".length)) ?? MISSING;
      if (path.startsWith("files/")) return this.files.get(path.slice("files/".length)) ?? MISSING;
      if (path.startsWith(`releases/${name}/`)) return this.#releaseFile(path.slice(`releases/${name}/`.length));
      if (path.startsWith(`rounds/${name}/reveals/`)) return this.#revealsTo(Number(path.split("/").at(-1)));
      return MISSING;
    }
    if (path === "nonces") return randomBytes(32);
    if (path === "submissions") return this.admit(body);
    if (path === "entries") return json({ index: this.log(decodeJson(body, entrySchema)) });
    if (path === `rounds/${name}/reveals`) {
      this.reveals.push(body);
      return json({});
    }
    if (path === `rounds/${name}/release`) return this.#propose(body);
    if (path === "files") return json({ sha256: this.keep(body) });
    const [, issuer] = /^issuers\/([a-z]+)\/enrolments$/.exec(path) ?? [];
    if (issuer !== undefined) return this.enrol(issuer, body);
    const [, epoch] = /\/epochs\/(\d+)\/envelopes$/.exec(path) ?? [];
    if (epoch !== undefined) return this.#envelopes(Number(epoch), parse<{ holder: number }>(body).holder);
    return MISSING;
  }

  #summary(): object {
    const { round, kind, title } = this.round.manifest;
    return { name: round, kind, title, state: "open", manifest: toHex(this.round.id), amendments: this.amendments, draws: this.drawnAt };
  }

  enrol(issuer: string, body: Uint8Array): Answer {
    const { round, world } = this;
    const request = decodeEnrolment(body);
    const audience = round.manifest.audiences[request.audience]?.id ?? "";
    const place = `${audience}/${issuer}`;
    const invited = invitedHash(programmeId(world.programme), round.manifest.round, issuer, request.code);
    const keys = round.issuers.get(place);
    const known = (round.codesOf.get(place) ?? []).some((code) => compare(code, request.code) === 0);
    if (keys === undefined || !known) return { code: "ERR_INVITATION_UNKNOWN", status: 403 };
    const draw = drawOf(keys, invited, request.blinded, request.reportBlinded);
    const list = this.draws.get(place) ?? [];
    this.draws.set(place, list);
    const before = list.find((each) => compare(each.invitedHash, invited) === 0);
    if (before !== undefined && compare(before.blindedHash, draw.blindedHash) !== 0) return { code: "ERR_INVITATION_USED", status: 409 };
    if (before === undefined) list.push(draw);
    const receipt = signEnrolmentReceipt({ manifestId: round.id, audience: request.audience, issuer }, draw, keys.signing);
    return encodeEnrolmentAnswer({ blindSignature: draw.blindSignature, reportBlindSignature: draw.reportBlindSignature, receipt });
  }

  admit(bytes: Uint8Array): Answer {
    const { round, world } = this;
    const submission = decodeSubmission(bytes, round.manifest);
    const leaf = encodeSubmissionLeaf(submission);
    const promise = encodePromise(signPromise({ manifestId: round.id, leafHash: leafHash(leaf), epoch: this.#next }, world.promiseKey));
    const key = toHex(submission.responseKey);
    const place = `${key}/${submission.sequence}`;
    const before = this.#admitted.get(place);
    if (before !== undefined && compare(before, bytes) !== 0) {
      const used = [...this.#admitted.keys()].filter((each) => each.startsWith(key)).map((each) => Number(each.split("/")[1]));
      return { code: "ERR_SEQUENCE_USED", status: 409, highestSequence: Math.max(...used) };
    }
    this.#admitted.set(place, bytes);
    if (before === undefined) this.#pending.push({ submission, bytes, leaf });
    return promise;
  }

  #envelopes(epoch: number, holder: number): Uint8Array {
    const served = (this.envelopes.get(epoch) ?? []).filter(({ hash }) => this.serves(holder, toHex(hash)));
    return concat(...served.flatMap(({ hash, envelope }) => [hash, vector(envelope)]));
  }

  #revealsTo(receiver: number): Uint8Array {
    return concat(...this.reveals.filter((each) => readReveal(each, this.round.manifest).receiver === receiver).map(vector));
  }

  /** Publishes as soon as k trustees signed the same. */
  #propose(body: Uint8Array): Answer {
    const { release, holder, signature } = parse<{ release: string; holder: number; signature: string }>(body);
    const bytes = fromHex(release);
    const sha256 = this.keep(bytes);
    const proposal = this.releases.get(sha256) ?? { bytes, signatures: new Map<number, string>() };
    this.releases.set(sha256, proposal);
    proposal.signatures.set(holder, signature);
    if (proposal.signatures.size === this.round.manifest.threshold) {
      const signatures = [...proposal.signatures].map(([who, signed]) => ({ holder: who, signature: signed }));
      const { ledgerSize } = decodeRelease(bytes);
      const reference = { sha256, length: bytes.length };
      this.log({ protocol: PROTOCOL, type: "release", manifest: toHex(this.round.id), ledgerSize, signatures, ...reference });
    }
    return json({});
  }

  #releaseFile(name: string): Answer {
    for (const { bytes } of this.releases.values()) {
      if (name === "release.json") return bytes;
      const file = decodeRelease(bytes).files.find((each) => each.name === (name === "" ? "index.html" : name));
      if (file !== undefined) return this.files.get(file.sha256) ?? MISSING;
    }
    return MISSING;
  }
}

const MISSING: Answer = { code: "ERR_NOT_FOUND", status: 404 };

export function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parse<T>(body: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(body)) as T;
}

/** What an issuer signs and logs for one invitation. */
export function drawOf(keys: IssuerPair, invited: Uint8Array, blinded: Uint8Array, reportBlinded: Uint8Array): Draw {
  return {
    invitedHash: invited,
    blindedHash: blindedHash(blinded),
    blindSignature: blindSign(keys.key, blinded),
    reportBlindedHash: blindedHash(reportBlinded),
    reportBlindSignature: blindSign(keys.reportKey, reportBlinded),
  };
}
