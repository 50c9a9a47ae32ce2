import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { audit, type CheckResult, type KnownCheckpoint, Transport } from "@amana/client/auditor";
import { pinKey, pinnedProgramme } from "../keys/pins.ts";
import { writeWholeIn } from "../keys/write-whole.ts";
import { type Command, text } from "../terminal/command.ts";
import { type Bar, CHECK_FAILED, type Io } from "../terminal/io.ts";
import { verifyReceiptFile } from "./verify-receipt.ts";

export const verify: Command = {
  name: "verify",
  summary: "Check everything a server claims, by name. Exit code 0: all hold. 1: one does not. 2: could not check.",
  positionals: ["URL"],
  options: {
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
    receipt: { type: "string", describe: "judge one enrolment receipt instead: did its issuer log the draw?" },
  },
  examples: ["amana verify https://feedback.example.org/", "amana verify https://feedback.example.org/ --json"],
  async run({ positionals: [url = ""], values }, io) {
    const base = pinKey(url);
    const programme = await pinnedProgramme(io, base, text(values, "programme"));
    const receipt = text(values, "receipt");
    if (receipt !== undefined) return verifyReceiptFile(receipt, base, programme, io);
    const memory = checkpointFile(io, programme);
    const bar = bars(io);
    const checks: CheckResult[] = [];
    const steps = audit(new Transport(base, io.fetch), {
      programme,
      now: io.now(),
      known: await readKnown(memory),
      onProgress: bar.update,
    });
    let step = await steps.next();
    for (; step.done !== true; step = await steps.next()) {
      bar.stop();
      checks.push(step.value);
      io.say(`${step.value.ok ? "✓" : "✗"} ${step.value.check.padEnd(32)} ${step.value.detail}`);
    }
    const failed = checks.filter(({ ok }) => !ok);
    if (failed.length === 0 && step.value !== null) await writeKnown(memory, step.value);
    io.say(failed.length === 0 ? `All ${checks.length} checks hold.` : `${failed.length} of ${checks.length} checks do not hold.`);
    for (const { check } of failed) io.warn(`✗ ${check}`);
    io.result({ verified: failed.length === 0, checks });
    return failed.length === 0 ? 0 : CHECK_FAILED;
  },
};

/** Where the last checkpoint of a programme is kept, so that a rewritten ledger is found the next time. */
function checkpointFile(io: Io, programme: string): string {
  const state = io.environment.AMANA_STATE ?? join(io.environment.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "amana");
  return join(state, `checkpoint-${createHash("sha256").update(programme).digest("hex").slice(0, 16)}.json`);
}

async function readKnown(path: string): Promise<KnownCheckpoint | null> {
  try {
    const { size, root } = JSON.parse(await readFile(path, "utf8"));
    return Number.isSafeInteger(size) && typeof root === "string" ? { size, root } : null;
  } catch {
    return null;
  }
}

async function writeKnown(path: string, known: KnownCheckpoint): Promise<void> {
  await writeWholeIn(path, JSON.stringify(known));
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
