import { listRounds, openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { type FoundRound, initRelay, type RelayStatus, relayStatus, serveRelay } from "@amana/server/relay";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { table } from "../../terminal/columns.ts";
import { type Command, text } from "../../terminal/command.ts";

const DATA = { type: "string", value: "FOLDER", describe: "data folder of the relay" } as const;

export const relayInit: Command = {
  name: "relay init",
  summary: "Make a relay: a new data folder with a signing key. Prints the public key, for the round's file.",
  positionals: ["FOLDER"],
  options: {},
  examples: ["amana relay init ./relay-data"],
  notes: [
    "A relay must be run by another organisation than the server: both together can tell whose answer is whose.",
    "Back up relay.json once. What waits in the folder between releases is needed, too: losing it loses answers.",
  ],
  async run({ positionals: [folder = ""] }, io) {
    const key = toHex(await initRelay(folder, randomBytes));
    io.say(`Key        ${key}   goes into the round's file: relay.key`);
    io.say(`Data       ${folder}   keep it; the key does not leave it`);
    io.result({ key, folder });
    return 0;
  },
};

export const relayServe: Command = {
  name: "relay serve",
  summary: "Run the relay until it is told to stop: takes encapsulated answers, gives them on in one crowd at a time.",
  positionals: [],
  options: {
    data: DATA,
    server: { type: "string", value: "URL", describe: "address of the operator's server" },
    programme: { type: "string", value: "ID", describe: "programme id to trust; else the one that amana trust pinned" },
    host: { type: "string", value: "HOST", describe: "address to listen on (127.0.0.1)" },
    port: { type: "string", value: "PORT", describe: "port to listen on (8090)" },
    base: { type: "string", value: "PATH", describe: "path under which it is served, with slashes at both ends (/)" },
  },
  examples: ["amana relay serve --data ./relay-data --server https://feedback.example.org/ --port 8090"],
  notes: [
    "It finds its rounds in the operator's ledger by its key, and checks programme, manifest and co-signatures itself.",
    "Keep access logs off in whatever stands in front of it. It writes no address, no time, and error codes alone.",
    "With --json the result is written once the relay answers.",
  ],
  async run({ values }, io) {
    const server = pinKey(text(values, "server", true));
    const programme = await pinnedProgramme(io, server, text(values, "programme"));
    const port = Number(text(values, "port") ?? "8090");
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/port", message: "expected a port, 0 to 65535" }] });
    const base = text(values, "base") ?? "/";
    if (!/^\/([A-Za-z0-9._-]+\/)*$/.test(base))
      throw new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/base", message: "expected a path with slashes at both ends" }] });
    const warn = (line: string): void => {
      const [, message, error] = /^amana: (.*) \((ERR_[A-Z_]+)\)$/.exec(line) ?? [];
      if (error !== undefined) io.result({ error, message, problems: [] });
      io.warn(line);
    };
    const found = (): Promise<readonly FoundRound[]> => verifiedRounds(server, programme, io.now);
    return serveRelay(
      { data: text(values, "data", true), server, host: text(values, "host") ?? "127.0.0.1", port, base, found },
      { say: io.say, warn, now: io.now, stop: io.stop, onListening: (url) => io.result({ url }) },
    );
  },
};

/** Every round that is not over, each checked as a client checks it: programme, ledger, manifest, co-signatures, amendments. One that does not check is left out. */
async function verifiedRounds(server: string, programme: string, now: () => Date): Promise<readonly FoundRound[]> {
  const found: FoundRound[] = [];
  for (const { name, kind, state } of await listRounds(server, {})) {
    if (kind === "reports" || state === "closed" || state === "released") continue;
    const round = await openRound(server, name, { programme, now }).catch((error: unknown) => {
      if (isAmanaError(error) && error.code !== "ERR_NETWORK") return null;
      throw error;
    });
    if (round !== null) found.push({ manifest: round.manifest, times: round.times });
  }
  return found;
}

export const relayShow: Command = {
  name: "relay status",
  summary: "What the relay holds for each round, and when it gives it on.",
  positionals: [],
  options: { data: DATA },
  examples: ["amana relay status --data ./relay-data"],
  async run({ values }, io) {
    const status = await relayStatus(text(values, "data", true), io.now);
    for (const line of linesOf(status)) io.say(line);
    io.result(status);
    return 0;
  },
};

function linesOf({ key, rounds }: RelayStatus): string[] {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  const next = ({ released, releases, close }: RelayStatus["rounds"][number]): string => at(releases[released] ?? close);
  const head = [`Key        ${key}`, ""];
  if (rounds.length === 0) return [...head, "No rounds: none in the ledger names this key, or their close is over."];
  return [
    ...head,
    ...table([
      ["ROUND", "SLOTS USED", "WAITING", "RELEASES BEGUN", "NEXT"],
      ...rounds.map((round) => [
        round.round,
        `${round.used} of ${round.slots}`,
        String(round.waiting),
        `${round.released} of 2`,
        next(round),
      ]),
    ]),
  ];
}
