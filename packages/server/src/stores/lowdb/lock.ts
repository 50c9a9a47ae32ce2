import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readlink, rename, rm, symlink, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { hasCode } from "./files.ts";
import { writeError } from "./folder.ts";

/** Where the operator's tools find the holder: a link to the holder's socket. */
const NAME = "amana.sock";
/** Each contender's socket has a name of its own, which no other process ever takes: so a dead one may be removed by anybody, at any time. */
const PREFIX = `${NAME}.`;
const ATTEMPTS = 6;
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
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const own = `${PREFIX}${randomBytes(6).toString("hex")}`;
    // 1. Our socket first, then a look at the others: of two that do this, the later one to look sees the other.
    const server = await listen(folder, own);
    const drop = async (): Promise<void> => {
      await remove(join(folder, own));
      await new Promise((resolve) => server.close(resolve));
    };
    try {
      const rival = await findRival(folder, own);
      if (rival === "none") {
        // 2. Nobody else: the folder is ours, as long as our socket lives.
        await chmod(join(folder, own), 0o600);
        await publish(folder, own);
        const release = async (): Promise<void> => {
          if ((await target(folder)) === own) await remove(join(folder, NAME));
          await drop();
        };
        return { server, path: join(folder, NAME), release };
      }
      await drop();
      if (rival === "holder") throw new AmanaError("ERR_STORE_BUSY");
    } catch (error) {
      await drop();
      throw isSystem(error) ? writeError(error) : error;
    }
    // 3. Others start at the same moment. After a time of one's own choosing, again.
    await new Promise((resolve) => setTimeout(resolve, 5 + (randomBytes(1)[0] ?? 0) / (ATTEMPTS - attempt)));
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

/** Who else lives in the folder. Sockets of the dead are removed; one that was taken for dead before it listened is as good as a rival. */
async function findRival(folder: string, own: string): Promise<"none" | "starter" | "holder"> {
  const names = await readdir(folder);
  const holder = await target(folder);
  let rival: "none" | "starter" | "holder" = names.includes(own) ? "none" : "starter";
  for (const name of names) {
    if (!(name === NAME && holder === null) && !name.startsWith(PREFIX)) continue;
    if (name === own || name.includes(".link.")) continue;
    if (!(await isAlive(folder, name))) {
      if (name !== NAME) await remove(join(folder, name));
    } else if (name === NAME || name === holder) return "holder";
    else rival = "starter";
  }
  return rival;
}

/** Points the known name at our socket, whatever it pointed at before. */
async function publish(folder: string, own: string): Promise<void> {
  const link = join(folder, `${NAME}.link.${own.slice(PREFIX.length)}`);
  await symlink(own, link);
  await rename(link, join(folder, NAME));
}

/** The socket that the known name points at; null if it is none of ours, or not there. */
async function target(folder: string): Promise<string | null> {
  try {
    return await readlink(join(folder, NAME));
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "EINVAL")) return null;
    throw error;
  }
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

/** A listening server. @throws ERR_STORE_WRITE */
function listen(folder: string, name: string): Promise<Server> {
  return withShortPath(
    folder,
    name,
    (path) =>
      new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error) => reject(writeError(error)));
        server.listen(path, () => {
          server.removeAllListeners("error");
          // A probe that is cut off is nobody's concern.
          server.on("connection", (socket) => socket.on("error", () => undefined));
          resolve(server);
        });
      }),
  );
}

/** Dead is only what nobody listens to: one that is too busy to answer is alive. */
function isAlive(folder: string, name: string): Promise<boolean> {
  return withShortPath(
    folder,
    name,
    (path) =>
      new Promise((resolve) => {
        const socket = connect(path);
        const answer = (alive: boolean): void => {
          socket.destroy();
          resolve(alive);
        };
        socket.once("connect", () => answer(true));
        socket.once("error", (error) => answer(!hasCode(error, "ECONNREFUSED") && !hasCode(error, "ENOENT")));
      }),
  );
}

function isSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
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
