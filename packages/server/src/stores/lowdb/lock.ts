import { randomBytes } from "node:crypto";
import { chmod, link, mkdtemp, rename, rm, symlink, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { hasCode } from "./files.ts";
import { writeError } from "./folder.ts";

const NAME = "amana.sock";
/** `sun_path` holds 104 bytes on some systems, 108 on others, with a zero at the end. */
const LONGEST_PATH = 100;

/** The lock of a data folder: a Unix socket in it. It dies with its process, and answers the operator's tools meanwhile. */
export interface Lock {
  /** Accepts the connections; whoever serves the operator attaches to its `connection` events. */
  readonly server: Server;
  /** Where the socket is. */
  readonly path: string;
  release(): Promise<void>;
}

/** Takes the lock of a folder that exists. @throws ERR_STORE_BUSY if a living process has it, ERR_STORE_WRITE if the folder cannot be written */
export async function takeLock(folder: string): Promise<Lock> {
  const path = join(folder, NAME);
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(folder, NAME);
    if (server !== null) {
      // A probe that is cut off is nobody's concern.
      server.on("connection", (socket) => socket.on("error", () => undefined));
      await chmod(path, 0o600);
      const release = async (): Promise<void> => {
        await remove(path);
        await new Promise((resolve) => server.close(resolve));
      };
      return { server, path, release };
    }
    if (await isAlive(folder, NAME)) throw new AmanaError("ERR_STORE_BUSY");
    await removeStale(folder);
  }
  throw new AmanaError("ERR_STORE_BUSY");
}

/**
 * Calls `use` with a path of the folder's socket that is short enough to connect to: a long one is reached through a link of its own
 * in the system's temporary folder. The operator's tools call it.
 */
export function withSocketPath<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  return withShortPath(folder, NAME, use);
}

/**
 * Takes a dead process's socket away. Another process may do the same and have a new one there by now: what was moved aside is
 * looked at again, and put back if it lives.
 */
async function removeStale(folder: string): Promise<void> {
  const aside = `${NAME}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(join(folder, NAME), join(folder, aside));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw writeError(error);
  }
  const alive = await isAlive(folder, aside);
  if (alive) await link(join(folder, aside), join(folder, NAME));
  await remove(join(folder, aside));
  if (alive) throw new AmanaError("ERR_STORE_BUSY");
}

/**
 * Removes a socket, gone or not. Not by `rm`: it stats the path first, and on Node 20 a socket that was the last thing to be
 * stat'ed makes the module loader take symbolic links for folders: a package imported later is loaded twice.
 */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw writeError(error);
  }
}

/** A listening server, or null if there is a socket of this name. */
function listen(folder: string, name: string): Promise<Server | null> {
  return withShortPath(
    folder,
    name,
    (path) =>
      new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error) => (hasCode(error, "EADDRINUSE") ? resolve(null) : reject(writeError(error))));
        server.listen(path, () => {
          server.removeAllListeners("error");
          resolve(server);
        });
      }),
  );
}

function isAlive(folder: string, name: string): Promise<boolean> {
  return withShortPath(
    folder,
    name,
    (path) =>
      new Promise((resolve) => {
        const socket = connect(path);
        const answer = (alive: boolean) => (): void => {
          socket.destroy();
          resolve(alive);
        };
        socket.once("connect", answer(true));
        socket.once("error", answer(false));
      }),
  );
}

async function withShortPath<T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return use(path);
  const detour = await mkdtemp(join(tmpdir(), "amana-"));
  try {
    await symlink(folder, join(detour, "d"));
    return await use(join(detour, "d", name));
  } finally {
    await rm(detour, { recursive: true, force: true });
  }
}
