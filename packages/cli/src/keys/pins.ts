import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { decodeProgramme, encodeProgramme, type Programme, programmeId } from "@amana/core/programme";
import * as v from "valibot";
import type { Io } from "../terminal/io.ts";
import { writeWholeIn } from "./write-whole.ts";

/** Which programme a person trusts at which address: `amana trust` writes it, every other command reads it. */
export type Pins = Readonly<Record<string, string>>;

function pinsFile(io: Io): string {
  return io.environment.AMANA_PINS ?? join(io.environment.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "amana", "pins.json");
}

const pinsSchema = v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)));

/** The address under which a server is pinned: http or https, with one slash at its end. @throws ERR_CONFIG_INVALID */
export function pinKey(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol) || address.username !== "" || address.search !== "" || address.hash !== "")
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "This is not a server's address, like https://feedback.example.org/." });
  return address.href.replace(/\/*$/, "/");
}

/** None where nothing was pinned yet. @throws ERR_CONFIG_INVALID when the file is damaged: a lost pin must not look like a new server */
export async function readPins(io: Io): Promise<Pins> {
  const path = pinsFile(io);
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return v.parse(pinsSchema, JSON.parse(content));
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `The file of trusted programmes is damaged: ${path}` });
  }
}

export async function writePin(io: Io, url: string, programme: string): Promise<void> {
  await writeWholeIn(pinsFile(io), `${JSON.stringify({ ...(await readPins(io)), [pinKey(url)]: programme }, null, 2)}\n`);
}

/** Keeps the document of a programme that is trusted, for checking proofs without a server. */
export async function keepProgramme(io: Io, programme: Programme): Promise<void> {
  await writeWholeIn(programmeFile(io, toHex(programmeId(programme))), encodeProgramme(programme));
}

function programmeFile(io: Io, id: string): string {
  return join(dirname(pinsFile(io)), "programmes", `${id}.json`);
}

/** The document that {@link keepProgramme} kept. @throws ERR_PROGRAMME_MISMATCH when it was not, or the file is another's */
export async function keptProgramme(io: Io, id: string): Promise<Programme> {
  try {
    const programme = decodeProgramme(new Uint8Array(await readFile(programmeFile(io, id))));
    if (toHex(programmeId(programme)) === id) return programme;
  } catch (error) {
    if (!isAmanaError(error) && (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  throw new AmanaError("ERR_PROGRAMME_MISMATCH", {
    note: "The document of this programme is not kept here: run `amana trust` again, or give the file with --programme.",
  });
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
