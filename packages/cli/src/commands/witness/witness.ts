import { randomBytes } from "@amana/core/primitives";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { initWitness, serveWitness, statusOfWitness, type WatchedStatus, watchLedger } from "@amana/server/witness";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { table } from "../../terminal/columns.ts";
import { type Command, type Option, text, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";

const DATA: Readonly<Record<string, Option>> = {
  data: { type: "string", value: "FOLDER", describe: "the witness's own data folder, never that of a ledger's server" },
};

export const witnessInit: Command = {
  name: "witness init",
  summary: "Make a witness: its key and its data folder. Prints the verifier key that a programme names.",
  positionals: [],
  options: {
    ...DATA,
    name: { type: "string", value: "NAME", describe: "what its signatures are called: its address without https://" },
  },
  examples: ["amana witness init --data ./witness --name witness.example.org"],
  notes: ["Never put an older copy of this folder back: a witness that forgets may sign another history. Make a new witness instead."],
  async run({ values }, io) {
    const vkey = await initWitness(text(values, "data", true), text(values, "name", true), randomBytes);
    io.say(vkey);
    io.say("Give this line to whoever makes the programme (`witnesses` in its file), then: amana witness watch.");
    io.result({ vkey });
    return 0;
  },
};

export const witnessWatch: Command = {
  name: "witness watch",
  summary: "Begin to watch the ledger of a programme that you have pinned and that names this witness.",
  positionals: ["URL"],
  options: {
    ...DATA,
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
  },
  examples: ["amana witness watch https://feedback.example.org/ --data ./witness"],
  notes: ["The witness must not run meanwhile."],
  async run({ positionals: [url = ""], values }, io) {
    const base = pinKey(url);
    const pinned = await pinnedProgramme(io, base, text(values, "programme"));
    const programme = await watchLedger(text(values, "data", true), base, pinned, io.fetch);
    const { origin } = programme.ledger;
    io.say(`Watches ${oneLine(origin)}, programme ${programmeDigits(programmeId(programme))}`);
    io.result({ origin, programme: pinned });
    return 0;
  },
};

export const witnessServe: Command = {
  name: "witness serve",
  summary: "Run a witness until it is told to stop: it reads every entry of the ledgers it watches and cosigns their checkpoints.",
  positionals: [],
  options: {
    ...DATA,
    host: { type: "string", value: "HOST", describe: "address to listen on (127.0.0.1)" },
    port: { type: "string", value: "PORT", describe: "port to listen on (8090)" },
  },
  examples: ["amana witness serve --data ./witness", "amana witness serve --data ./witness --host 0.0.0.0 --port 443"],
  notes: [
    "Operators reach it at its address: amana serve --witness https://witness.example.org/. With --json the result is written once it answers.",
    "What it refuses is a line on stderr with a code; what convicts an operator lies in FOLDER/evidence.",
  ],
  async run({ values }, io) {
    const port = text(values, "port") ?? "8090";
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError("--port takes a port, 0 to 65535");
    const address = { host: text(values, "host") ?? "127.0.0.1", port: Number(port), base: "/" };
    return serveWitness(text(values, "data", true), address, {
      say: io.say,
      warn: io.warn,
      stop: io.stop,
      now: io.now,
      fetch: io.fetch,
      onListening: (url) => io.result({ url }),
    });
  },
};

export const witnessStatus: Command = {
  name: "witness status",
  summary: "What a witness has cosigned, how far it has read, and what it refuses. It may run meanwhile.",
  positionals: [],
  options: DATA,
  examples: ["amana witness status --data ./witness"],
  notes: ["Exit codes: 0 nothing is refused · 1 a ledger is refused: look into FOLDER/evidence · 2 could not look."],
  async run({ values }, io) {
    const { vkey, ledgers, evidence } = await statusOfWitness(text(values, "data", true));
    io.say(vkey);
    if (ledgers.length === 0) io.say("Watches nothing yet. Next: amana witness watch.");
    else for (const line of table([["LEDGER", "COSIGNED", "READ", "LAST", "REFUSED"], ...ledgers.map(row)])) io.say(line);
    for (const name of evidence) io.warn(`evidence: ${name}`);
    io.result({ vkey, ledgers: ledgers.map(summaryOf), evidence });
    return ledgers.some(({ state }) => state.refused !== null) ? CHECK_FAILED : 0;
  },
};

function row({ origin, state: { cosigned, read, refused } }: WatchedStatus): string[] {
  const last = cosigned.note === null ? "never" : new Date(cosigned.time * 1000).toISOString().slice(0, 16);
  return [oneLine(origin), String(cosigned.size), String(read.size), last, refused === null ? "" : refused.code];
}

function summaryOf({ origin, url, programme, state: { cosigned, read, refused } }: WatchedStatus): object {
  return {
    origin,
    url,
    programme,
    cosigned: cosigned.size,
    cosignedAt: cosigned.note === null ? null : cosigned.time,
    read: read.size,
    refused,
  };
}
