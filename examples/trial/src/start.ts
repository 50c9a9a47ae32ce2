import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { AUDIENCES, CHANNEL, HANDLER, WAVE } from "./organisations.ts";
import { startServer, type TrialServer } from "./server.ts";
import { World } from "./world.ts";

/** `npm start`: the reference server with a trial that is ready to be used. Everything it makes is in one folder. */
const folder = process.env.AMANA_TRIAL ?? fileURLToPath(new URL("../../../trial", import.meta.url));
const port = Number(process.env.AMANA_PORT ?? "8080");
const url = `http://127.0.0.1:${port}/`;
const say = (line = ""): void => void process.stdout.write(`${line}\n`);
/** In real life each handler keeps it on their own computer, and no operator has it. */
const HANDLERS_PAGE = fileURLToPath(new URL("../../../packages/elements/dist/handler.html", import.meta.url));
const world = new World(folder, url, () => new Date());

try {
  const { server, programme } = existsSync(join(folder, "ready.json")) ? await again() : await first();
  await tell(programme);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`amana: ${isAmanaError(error) ? `${error.message} (${error.code})` : explain(error)}\n`);
  process.exit(2);
}

async function first(): Promise<{ server: TrialServer; programme: string }> {
  say("Making a trial: a programme, three trustees' keys, a survey wave, a reporting channel. A few seconds.");
  await rm(folder, { recursive: true, force: true });
  const programme = await world.prepare();
  const server = await startServer({ data: world.data, port, now: () => new Date() });
  try {
    await world.amana(["trust", url, "--yes"]);
    await world.launchWave({ invited: { officials: 40, "private-sector": 40 }, minimumGroup: 10, lasts: 30 * 86_400 });
    const wave = await openRound(url, WAVE, { programme });
    await world.launchChannel(toHex(wave.manifestId));
    await world.remember(programme);
    return { server, programme };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function again(): Promise<{ server: TrialServer; programme: string }> {
  const programme = await world.recall();
  const server = await startServer({ data: world.data, port, now: () => new Date() });
  await world.amana(["trust", url, "--yes"]);
  return { server, programme };
}

async function tell(programme: string): Promise<void> {
  const wave = await openRound(url, WAVE, { programme });
  const near = (path: string): string => relative(process.cwd(), path) || path;
  const pass = `--passphrase-file ${near(join(folder, "keys", "passphrase.txt"))}`;
  say();
  say("  Amana is running. This is a TRIAL: its keys lie beside its data, so it protects nobody.");
  say();
  say(`  Open       ${url}`);
  say(`  Digits     ${wave.digits}`);
  say();
  for (const audience of Object.keys(AUDIENCES)) say(`  Answer     ${here((await world.links(audience))[0] as string)}`);
  say(`             more links in ${near(folder)}/invitations-*.csv`);
  say(`  Report     ${url}${CHANNEL}`);
  say(`  Handle     ${near(HANDLERS_PAGE)}, opened in a browser; key file ${near(world.key(HANDLER))}, passphrase trial`);
  say();
  say("  Then type, in another terminal:");
  say(`  export AMANA_PINS=${near(join(folder, "state", "pins.json"))}`);
  say(`  npm run -s amana -- verify ${url}`);
  say(`  npm run -s amana -- reports list --round ${CHANNEL} --key ${near(world.key(HANDLER))} ${pass}`);
  say(`  npm run -s amana -- trustee next --key ${near(world.key("customs"))} ${pass}`);
  say("  npm run demo            the whole cycle with 500 people, unattended");
  say();
  say(`  Ctrl-C stops it; nothing is lost. Delete the folder ${near(folder)} to begin anew.`);
}

/** The trial may have been made at another port. */
function here(link: string): string {
  return new URL(new URL(link).pathname + new URL(link).hash, url).href;
}

function explain(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === "EADDRINUSE") return `Port ${port} is in use. Stop what uses it, or choose another: AMANA_PORT=8081 npm start`;
  if (code === "EACCES" || code === "EROFS")
    return `The folder ${folder} cannot be written. Choose another: AMANA_TRIAL=/some/folder npm start`;
  return error instanceof Error ? error.message : "something failed";
}
