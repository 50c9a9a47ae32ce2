import {
  backupGroup,
  checkedBackup,
  type KeyFile,
  type KeyFileRecord,
  keyCard,
  NOTHING_RECORDED,
  newKeyFile,
  readBackup,
  serverAddress,
  withRoundKey,
} from "@amana/client/keys";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";
import { DeskSession, keyFileName } from "../desk/session.ts";
import type { Counted, DraftRound, LiveRound, TrusteeRound, TrusteeServer } from "./client.ts";
import { answersFileName, RoundMemory } from "./round-memory.ts";

export type TrusteeScreen = "make" | "restore" | "save" | "backup" | "next" | "draft" | "amendment" | "counted" | "destroy" | "join";

/** A long step that goes on. */
export interface LongStep {
  readonly round: string;
  readonly step: "hold" | "commit" | "reveal" | "count";
  readonly done: number;
  readonly total: number;
  /** Milliseconds of this machine's clock. */
  readonly since: number;
  /** How much was done when it began: a step that goes on has some already. */
  readonly from: number;
}

/** A file that must be on the disk before anything else happens. */
export interface Saving {
  readonly what: "key" | "destroyed" | "answers";
  readonly name: string;
  readonly bytes: Uint8Array;
  /** It was handed over, which says nothing of where it went. */
  readonly isHandedOver: boolean;
}

/** What was done last, to be said once. `who`: an organisation's id. */
export interface TrusteeDone {
  readonly what:
    | "remembered"
    | "rehearsed"
    | "cosigned"
    | "amended"
    | "amendedWaits"
    | "held"
    | "committed"
    | "revealed"
    | "signed"
    | "destroyed"
    | "waits"
    | "absent"
    | "fault"
    | "stopped"
    | "loaded";
  readonly round: string;
  readonly who: readonly string[];
  /** Sealed answers that the server did not give. */
  readonly missing: number;
}

/** Thrown by a step's progress: somebody pressed "stop". */
class Stopped extends Error {}

/** Milliseconds of work between two looks at the page. */
const SLICE = 50;

/**
 * One trustee's visit. Whatever must outlive the page stands in the key file, or in a file of sealed answers; it is saved, and the saved file
 * read back, before the step that it is about is taken: so closing the page at any moment loses nothing.
 */
export class TrusteeSession extends DeskSession<TrusteeScreen, TrusteeServer> {
  rounds: readonly TrusteeRound[] = [];
  done: TrusteeDone | null = null;
  /** Something takes a moment on the screen on show. */
  isBusy = false;
  long: LongStep | null = null;
  saving: Saving | null = null;
  counted: Counted | null = null;
  /** What is being typed into a form, by its field: an error, or another language, draws the screen again. Passphrases are typed anew. */
  readonly typed: Map<string, string> = new Map();
  /** The round on show. */
  selected: string | null = null;
  #memories = new Map<string, RoundMemory>();
  /** What was shown of each draft first: another under its name is not signed on this visit. */
  #shown = new Map<string, string>();
  #afterSaving: (() => Promise<void>) | null = null;
  #stop = false;
  #yielded = 0;

  get unsent(): boolean {
    return this.saving !== null || this.long !== null;
  }

  override get isAtWork(): boolean {
    return this.long !== null;
  }

  get organisation(): string {
    return this.keyFile?.organisation ?? "";
  }

  /** Names of the rounds that the key file has keys for. */
  get roundNames(): readonly string[] {
    return Object.keys(this.keyFile?.rounds ?? {});
  }

  get current(): TrusteeRound | null {
    return this.rounds.find(({ name }) => name === this.selected) ?? null;
  }

  // The key file.

  toMake(): void {
    this.go("make");
  }

  toRestore(): void {
    this.go("restore");
  }

  toKey(): void {
    this.go("key");
  }

  toJoin(): void {
    this.go("join");
  }

  /** Makes a key file with a key for its first round. It is handed on only once it is saved. @throws nothing: the screen says what is wrong */
  async make(organisation: string, round: string, address: string, passphrase: string): Promise<void> {
    await this.attempt("make", async () => {
      const file = withRoundKey(newKeyFile(organisation, serverAddress(address)), round);
      await this.#saveKey(file, passphrase, "key", async () => this.#showBackup(round));
    });
  }

  /** A key for one more round. */
  async join(round: string): Promise<void> {
    const file = this.keyFile;
    if (file === null) return;
    await this.attempt("join", async () => {
      await this.#saveKey(withRoundKey(file, round), this.passphrase, "key", async () => this.#showBackup(round));
    });
  }

  /** Makes the key file again from its printed backup. @throws nothing */
  async restore(typed: string, passphrase: string): Promise<void> {
    await this.attempt("restore", async () => {
      const file = readBackup(typed);
      await this.#saveKey(file, passphrase, "key", () => this.#enter());
    });
  }

  async #showBackup(round: string): Promise<void> {
    this.selected = round;
    this.go("backup");
  }

  /** The printed backup of the key file. Whoever has it has the keys. */
  get backup(): string {
    return this.keyFile === null ? "" : checkedBackup(this.keyFile);
  }

  saveBackup(): void {
    if (this.keyFile !== null) this.settings.save(`${keyFileName(this.keyFile)}.backup.txt`, new Blob([this.backup]));
  }

  /** Hands over what the operator gets: public keys. */
  saveCard(round: string): void {
    if (this.keyFile === null) return;
    const card = keyCard(this.keyFile, round);
    this.settings.save(`${keyFileName(this.keyFile)}.${round}.card.json`, new Blob([`${JSON.stringify(card)}\n`]));
  }

  showBackup(round: string): void {
    this.selected = round;
    this.go("backup");
  }

  /** After the backup: to the server, which may be known already. */
  async #enter(): Promise<void> {
    const file = this.keyFile;
    if (file === null) return;
    if (this.programme !== null) return this.#look();
    await this.begin(file, this.passphrase, file.server, file.programme);
  }

  async goOn(): Promise<void> {
    await this.attempt("key", () => this.#enter());
  }

  // Saving.

  async #saveKey(file: KeyFile, passphrase: string, what: Saving["what"], then: () => Promise<void>): Promise<void> {
    const back = this.screen;
    this.go("opening");
    await this.settings.paint?.();
    const bytes = await this.client.makeKeyFile(file, passphrase);
    if (this.isGone()) return;
    this.screen = back;
    this.#save(what, keyFileName(file), bytes, async () => {
      // Only now: before, nothing but the old file exists.
      this.keyFile = file;
      this.passphrase = passphrase;
      this.typed.clear();
      await then();
    });
  }

  #save(what: Saving["what"], name: string, bytes: Uint8Array, then: () => Promise<void>): void {
    this.saving = { what, name, bytes, isHandedOver: false };
    this.#afterSaving = then;
    this.go("save");
  }

  handOver(): void {
    if (this.saving === null) return;
    this.settings.save(this.saving.name, new Blob([this.saving.bytes as BlobPart]));
    this.saving = { ...this.saving, isHandedOver: true };
    this.error = null;
    this.changed("screen");
  }

  /** The file as it lies on the disk now, chosen by whoever saved it. Nothing is done before it is the same, byte for byte. */
  async saved(bytes: Uint8Array): Promise<void> {
    const { saving } = this;
    const then = this.#afterSaving;
    if (saving === null || then === null) return;
    if (toHex(bytes) !== toHex(saving.bytes)) {
      this.error = new AmanaError("ERR_STORE_WRITE");
      return this.changed("screen");
    }
    this.saving = null;
    this.#afterSaving = null;
    await this.#working(then);
  }

  /** Does not save, and does nothing of what was to come after it. */
  dropSaving(): void {
    this.saving = null;
    this.#afterSaving = null;
    this.go(this.programme === null ? "key" : "next");
  }

  /** A file of the release, to be looked at. */
  saveResult(name: string, bytes: Uint8Array): void {
    this.settings.save(name, new Blob([bytes as BlobPart]));
  }

  // What is due.

  protected async connected(programme: Programme): Promise<void> {
    this.programme = programme;
    await this.#look();
  }

  protected remembered(): void {
    this.#say("remembered", "");
  }

  protected unsay(): void {
    this.done = null;
  }

  async refresh(): Promise<void> {
    await this.#working(() => this.#look());
  }

  async #look(): Promise<void> {
    const [file, server] = [this.keyFile, this.server];
    if (file === null || server === null) return;
    const rounds = await server.look(file, (name) => this.#memory(name), this.settings.now());
    if (this.isGone()) return;
    this.rounds = rounds;
    const { done } = this;
    this.go("next");
    this.done = done;
  }

  #memory(round: string): RoundMemory {
    const memory = this.#memories.get(round) ?? new RoundMemory();
    this.#memories.set(round, memory);
    return memory;
  }

  toNext(): void {
    this.counted = null;
    this.go("next");
  }

  /** Opens a draft or a proposed change to be read. */
  show(round: string, screen: "draft" | "amendment" | "destroy"): void {
    this.selected = round;
    const { current } = this;
    if (current?.kind === "draft" && !this.#shown.has(round)) this.#shown.set(round, current.id);
    this.go(screen);
  }

  async rehearse(): Promise<void> {
    const draft = this.#draft();
    if (draft === null) return;
    await this.#working(async () => {
      await draft.rehearse();
      await this.#look();
      this.#say("rehearsed", draft.name);
      // On to the signature, where the others were there before.
      const { current } = this;
      if (current?.kind === "draft") this.screen = "draft";
    });
  }

  /** `typed`: the last group of the round's line on the printed backup. A key that only one disk has will be lost. */
  async cosign(typed: string): Promise<void> {
    const [draft, file] = [this.#draft(), this.keyFile];
    if (draft === null || file === null || draft.due !== "cosign") return;
    await this.#working(async () => {
      if (typed.trim().toLowerCase() !== backupGroup(file, draft.name)) throw new AmanaError("ERR_KEY_FILE");
      if (this.#shown.get(draft.name) !== draft.id) throw new AmanaError("ERR_MANIFEST_SECOND");
      const before = (file.record ?? NOTHING_RECORDED).cosigned[draft.name];
      if (before !== undefined && before !== draft.id) throw new AmanaError("ERR_MANIFEST_SECOND");
      await this.#record({ cosigned: { [draft.name]: draft.id } }, async (saved) => {
        await draft.cosign(saved);
        this.#say("cosigned", draft.name);
        await this.#look();
      });
    });
  }

  async amend(): Promise<void> {
    const { current, keyFile } = this;
    if (current?.kind !== "live" || current.proposal === null || keyFile === null || current.proposal.error !== null) return;
    const { number, hash } = current.proposal;
    await this.#working(async () => {
      await this.#record({ amended: { [`${current.name}/${number}`]: hash } }, async (saved) => {
        const isLogged = await current.amend(saved);
        this.#say(isLogged ? "amended" : "amendedWaits", current.name);
        await this.#look();
      });
    });
  }

  /** Writes into the key file what is about to be done, has it saved, and only then does it. What stands there already needs no saving. */
  async #record(more: Partial<KeyFileRecord>, then: (saved: KeyFile) => Promise<void>): Promise<void> {
    const file = this.keyFile as KeyFile;
    const before = file.record ?? NOTHING_RECORDED;
    const record: KeyFileRecord = {
      cosigned: { ...before.cosigned, ...more.cosigned },
      amended: { ...before.amended, ...more.amended },
      released: { ...before.released, ...more.released },
      destroyed: before.destroyed,
    };
    if (JSON.stringify(record) === JSON.stringify(before)) return then(file);
    const saved = { ...this.#remembering(file), record };
    await this.#saveKey(saved, this.passphrase, "key", () => then(saved));
  }

  /** Whoever saves a key file anyway need not compare digits again. */
  #remembering(file: KeyFile): KeyFile {
    return this.programme === null ? file : { ...file, programme: toHex(programmeId(this.programme)) };
  }

  /** Takes in a file of sealed answers that was saved before. */
  async load(round: LiveRound, bytes: Uint8Array): Promise<void> {
    await this.#working(async () => {
      round.memory.takeFile(bytes, round.id);
      await this.#look();
      this.#say("loaded", round.name);
    });
  }

  /** Does whatever is due in a round, step after step, until one needs somebody to read, to save or to wait. */
  async proceed(name: string): Promise<void> {
    this.#stop = false;
    this.selected = name;
    await this.#working(async () => {
      for (;;) {
        const round = this.rounds.find((each) => each.name === name);
        if (round?.kind === "unlogged") {
          await round.logDestroyed();
          this.#say("destroyed", name);
          return this.#look();
        }
        if (round?.kind !== "live" || !(await this.#step(round))) return;
        const { done } = this;
        await this.#look();
        this.done = done;
      }
    });
  }

  /** @returns whether something may be due right after it */
  async #step(round: LiveRound): Promise<boolean> {
    const { name, due } = round;
    switch (due.step) {
      case "hold": {
        const missing = await this.#long(name, "hold", (progress) => round.collect(progress));
        return this.#keepAnswers(round, async () => {
          await round.logHeld();
          this.#say("held", name, [], missing);
        });
      }
      case "commit":
        // What was committed to must be there when it is revealed, whatever the server gives then.
        await round.complete();
        return this.#keepAnswers(round, async () => {
          await this.#long(name, "commit", (progress) => round.commit(progress));
          this.#say("committed", name);
        });
      case "reveal":
        await this.#long(name, "reveal", (progress) => round.reveal(progress));
        this.#say("revealed", name);
        return true;
      case "count":
        return this.#count(round);
      case "wait": {
        const silent = due.for === "release" ? await round.dispute() : null;
        if (silent !== null) this.#say("fault", name, [silent]);
        return silent !== null;
      }
      default:
        return false;
    }
  }

  async #count(round: LiveRound): Promise<boolean> {
    const outcome = await this.#long(round.name, "count", (progress) => round.count(progress));
    if ("absent" in outcome) {
      this.#say("absent", round.name, [outcome.absent]);
      return true;
    }
    if ("waitsFor" in outcome) {
      this.#say("waits", round.name, outcome.waitsFor);
      return false;
    }
    this.counted = outcome.counted;
    this.go("counted");
    return false;
  }

  /** Signs what this page counted: first the key file says so. */
  async sign(): Promise<void> {
    const { counted, selected: name } = this;
    if (counted === null || name === null) return;
    const before = this.keyFile?.record?.released[name];
    const at = before?.attempt === counted.attempt ? before.at : Math.floor(this.settings.now().getTime() / 1000);
    await this.#working(async () => {
      await this.#record({ released: { [name]: { attempt: counted.attempt, at } } }, async () => {
        await counted.sign();
        this.counted = null;
        this.#say("signed", name);
        await this.#look();
      });
    });
  }

  /** Takes the round's key out of the key file; once that file is in the place of the old one, the ledger is told. */
  async destroy(): Promise<void> {
    const { current, keyFile: file } = this;
    if (current?.kind !== "live" || current.due.step !== "destroy" || file === null) return;
    const { [current.name]: gone, ...rounds } = file.rounds;
    if (gone === undefined) return;
    const before = file.record ?? NOTHING_RECORDED;
    const left = { ...this.#remembering(file), rounds, record: { ...before, destroyed: [...before.destroyed, current.name] } };
    await this.#working(() =>
      this.#saveKey(left, this.passphrase, "destroyed", async () => {
        await current.destroy();
        this.#memories.delete(current.name);
        this.#say("destroyed", current.name);
        await this.#look();
      }),
    );
  }

  /** Stops a long step. What was found so far stays in memory, and the step goes on from there. */
  stop(): void {
    this.#stop = true;
  }

  /** Saves sealed answers that no file has, then goes on; without any it goes on at once. @returns whether it went on */
  async #keepAnswers(round: LiveRound, then: () => Promise<void>): Promise<boolean> {
    const { memory } = round;
    if (!memory.isUnsaved || memory.size === 0) {
      await then();
      return true;
    }
    this.#save("answers", answersFileName(round.name), memory.toFile(round.id), async () => {
      memory.isUnsaved = false;
      await then();
      const { done } = this;
      await this.#look();
      this.done = done;
    });
    return false;
  }

  async #long<T>(
    round: string,
    step: LongStep["step"],
    work: (progress: (done: number, total: number) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const since = Date.now();
    let from: number | null = null;
    this.long = { round, step, done: 0, total: 0, since, from: 0 };
    this.#yielded = performance.now();
    this.changed("screen");
    try {
      return await work(async (done, total) => {
        const paused = await this.#breathe(done === total);
        if (this.#stop || this.isGone()) throw new Stopped();
        if (!paused) return;
        from ??= done;
        this.long = { round, step, done, total, since, from };
        this.changed("progress");
      });
    } finally {
      this.long = null;
    }
  }

  /** Lets the page draw and hear, after some work. A message is not slowed down in a page that nobody looks at, as a timer would be. */
  async #breathe(isLast: boolean): Promise<boolean> {
    if (!isLast && performance.now() - this.#yielded < SLICE) return false;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    this.#yielded = performance.now();
    return true;
  }

  #draft(): DraftRound | null {
    return this.current?.kind === "draft" ? this.current : null;
  }

  #say(what: TrusteeDone["what"], round: string, who: readonly string[] = [], missing = 0): void {
    if (!this.isGone()) this.done = { what, round, who, missing };
  }

  /** One thing at a time, on the screen on show. */
  async #working(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    this.done = null;
    this.changed("screen");
    try {
      await work();
    } catch (error) {
      if (error instanceof Stopped) this.#say("stopped", this.selected ?? "");
      else this.error = error;
      // What is left to do is found from the screen of what is next.
      if (this.screen === "save" && this.saving === null) this.#back(error);
    }
    this.isBusy = false;
    if (!this.isGone()) this.changed("screen");
  }

  #back(error: unknown): void {
    const { done } = this;
    this.go(this.programme === null ? "key" : "next");
    this.done = done;
    this.error = error instanceof Stopped ? null : error;
  }

  override leave(): void {
    super.leave();
    this.typed.clear();
    this.rounds = [];
    this.saving = null;
    this.#afterSaving = null;
    this.counted = null;
    this.selected = null;
    this.#memories = new Map();
    this.#shown = new Map();
  }
}
