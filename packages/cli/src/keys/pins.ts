import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import type { Io } from "../terminal/io.ts";

/** Which programme a person trusts at which address: `amana trust` writes it, every other command reads it. */
export type Pins = Readonly<Record<string, string>>;

function pinsFile(io: Io): string {
  return io.environment.AMANA_PINS ?? join(io.environment.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "amana", "pins.json");
}

/** The address under which a server is pinned: with one slash at its end. */
export function pinKey(url: string): string {
  try {
    return new URL(url.endsWith("/") ? url : `${url}/`).href;
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "This is not a web address." });
  }
}

export async function readPins(io: Io): Promise<Pins> {
  try {
    return JSON.parse(await readFile(pinsFile(io), "utf8"));
  } catch {
    return {};
  }
}

export async function writePin(io: Io, url: string, programme: string): Promise<void> {
  const path = pinsFile(io);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...(await readPins(io)), [pinKey(url)]: programme }, null, 2)}\n`);
}

/** The pinned programme id of a server, or the one given by hand. @throws ERR_PROGRAMME_MISMATCH when nothing is pinned */
export async function pinnedProgramme(io: Io, url: string, given: string | undefined): Promise<string> {
  const pinned = given ?? (await readPins(io))[pinKey(url)];
  if (pinned === undefined) {
    throw new AmanaError("ERR_PROGRAMME_MISMATCH", {
      note: "No programme is trusted at this address yet: compare its digits with `amana trust`, or give --programme.",
    });
  }
  return pinned;
}
