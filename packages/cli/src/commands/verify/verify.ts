import { audit, type CheckResult, type KnownCheckpoint, Transport } from "@amana/client/auditor";
import type { InclusionPromise } from "@amana/core/submission";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { type Bar, CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { verifyReceiptFile } from "./enrolment.ts";
import { checkEvidence, writeEvidence } from "./evidence.ts";
import { memoryFile, readMemory, writeMemory } from "./memory.ts";
import { readReceipt, verifySentReceipt } from "./receipt.ts";

export const verify: Command = {
  name: "verify",
  summary: "Check everything a server claims, by name. Exit code 0: all hold. 1: one does not. 2: could not check.",
  positionals: ["[URL]"],
  options: {
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
    receipt: {
      type: "string",
      multiple: true,
      describe:
        "an answer's receipt: was its promise kept? A relay's: did it sign? An enrolment receipt: was the draw logged? (the last two alone)",
    },
    evidence: { type: "string", value: "PATH", describe: "folder for evidence (else this one); without URL: a file of it to judge" },
    fresh: { type: "boolean", describe: "forget what was seen of this ledger before, and begin again" },
  },
  examples: [
    "amana verify https://feedback.example.org/",
    "amana verify https://feedback.example.org/ --receipt amana-receipt-wave-2026.txt",
    "amana verify --evidence amana-evidence-3f9a01c2d4e5f607.json",
  ],
  notes: [
    "What was verified is remembered: an interrupted run goes on, a later one reads everything and verifies what is new,",
    "and a ledger that was rewritten since is found. What does not hold is written down as evidence that anyone can judge.",
  ],
  async run({ positionals: [url], values }, io) {
    const evidence = text(values, "evidence");
    if (url === undefined && evidence === undefined) throw new UsageError("Missing: URL");
    if (url === undefined) return checkEvidence(evidence as string, io);
    const base = pinKey(url);
    const programme = await pinnedProgramme(io, base, text(values, "programme"));
    const receipts = (values.receipt ?? []) as readonly string[];
    const promises: InclusionPromise[] = [];
    for (const receipt of receipts) {
      const read = await readReceipt(receipt);
      if (read === null) return verifyReceiptFile(receipt, base, programme, io);
      if (read.kind === "sent") return verifySentReceipt(read, base, programme, io);
      promises.push(read.promise);
    }
    const memory = memoryFile(io, programme);
    const keeper = new Keeper(memory, programme);
    const bar = bars(io);
    const transport = new Transport(base, io.fetch);
    const checks: (Omit<CheckResult, "evidence"> & { readonly evidence?: string })[] = [];
    const steps = audit(transport, {
      programme,
      now: io.now(),
      known: values.fresh === true ? null : await readMemory(memory, programme),
      promises,
      onProgress: bar.update,
      onKnown: keeper.keep,
    });
    let step = await steps.next();
    for (; step.done !== true; step = await steps.next()) {
      bar.stop();
      const { evidence: found, ...check } = step.value;
      io.say(`${check.ok ? "✓" : "✗"} ${check.check.padEnd(32)} ${check.detail}`);
      if (found === undefined) checks.push(check);
      else {
        const path = await writeEvidence(evidence ?? ".", found);
        checks.push({ ...check, evidence: path });
        io.say(`  evidence, for anyone to judge: ${path}`);
      }
    }
    await keeper.done(step.value);
    const failed = checks.filter(({ ok }) => !ok);
    io.say(failed.length === 0 ? `All ${checks.length} checks hold.` : `${failed.length} of ${checks.length} checks do not hold.`);
    for (const { check } of failed) io.warn(`✗ ${check}`);
    io.result({ verified: failed.length === 0, checks });
    return failed.length === 0 ? 0 : CHECK_FAILED;
  },
};

/** Keeps what the audit has verified, one write after the other. */
class Keeper {
  readonly #path: string;
  readonly #programme: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, programme: string) {
    this.#path = path;
    this.#programme = programme;
  }

  readonly keep = (known: KnownCheckpoint): void => {
    this.#writing = this.#writing.then(() => writeMemory(this.#path, this.#programme, known));
    // Reported by `done`; without this, a full disk would end the process before it.
    this.#writing.catch(() => undefined);
  };

  async done(known: KnownCheckpoint | null): Promise<void> {
    if (known !== null) this.keep(known);
    await this.#writing;
  }
}

function bars(io: Io): { update: (check: string, done: number, total: number) => void; stop: () => void } {
  let bar: Bar | null = null;
  return {
    update: (check, done, total) => {
      bar ??= io.progress(check, total);
      bar.update(done);
    },
    stop: () => {
      bar?.stop();
      bar = null;
    },
  };
}
