import { existsSync } from "node:fs";
import { request } from "node:http";
import { fromHex, type InvitationCode } from "@amana/core/bytes";
import { AmanaError, type ErrorCode, isAmanaError, SENTENCES } from "@amana/core/errors";
import type { Backup } from "./backup/backup.ts";
import { createOperator, type Operator } from "./services/operator.ts";
import { openServices } from "./services/services.ts";
import type { AmendmentStatus } from "./services/status.ts";
import { Tick } from "./services/tick.ts";
import { lowdbStore, withSocketPath } from "./stores/lowdb/index.ts";

/** How long a process may take to answer, in milliseconds; a backup copies everything. */
const PATIENCE = 120_000;
const A_LONG_TIME = 12 * 3_600_000;

/** An operator that is to be closed after use. */
export interface OperatorClient extends Operator {
  close(): Promise<void>;
}

/**
 * The operator of a data folder: through its socket while a server holds the folder, else by opening the folder itself, until `close`.
 * @throws ERR_PROGRAMME_MISSING, ERR_STORE_BUSY, ERR_STORE_DAMAGED
 */
export async function operatorClient(folder: string): Promise<OperatorClient> {
  if (!existsSync(folder)) throw new AmanaError("ERR_PROGRAMME_MISSING");
  try {
    return await openFolder(folder);
  } catch (error) {
    if (!isAmanaError(error, "ERR_STORE_BUSY")) throw error;
    const remote = remoteOperator(folder);
    await remote.status();
    return remote;
  }
}

async function openFolder(folder: string): Promise<OperatorClient> {
  const store = await lowdbStore(folder);
  try {
    const services = await openServices({ store });
    return { ...createOperator(services, new Tick(services)), close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** One call to the process that holds a data folder. @throws ERR_STORE_BUSY, or what it says */
export function callFolder(folder: string, method: string, argument: unknown = null, patience: number = PATIENCE): Promise<unknown> {
  return withSocketPath(folder, (socketPath) => post(socketPath, method, argument, patience));
}

function remoteOperator(folder: string): OperatorClient {
  const call = (method: string, argument: unknown = null, patience?: number): Promise<unknown> =>
    callFolder(folder, method, argument, patience);
  return {
    createDraft: async (input) => (await call("createDraft", input)) as { round: string },
    createInvitations: async (input) =>
      ((await call("createInvitations", input)) as string[]).map((code) => fromHex(code) as InvitationCode),
    replaceInvitation: async (input) => (await call("replaceInvitation", input)) as { by: string | null },
    discardDraft: async (round) => void (await call("discardDraft", round)),
    proposeAmendment: async (input) => (await call("proposeAmendment", input)) as AmendmentStatus,
    withdrawAmendment: async (round) => void (await call("withdrawAmendment", round)),
    publishRelease: async (round) => (await call("publishRelease", round)) as { index: number; sha256: string },
    publishPlan: async (file) => (await call("publishPlan", file)) as Awaited<ReturnType<Operator["publishPlan"]>>,
    announce: async (file) => (await call("announce", file)) as Awaited<ReturnType<Operator["announce"]>>,
    backup: async (target) => (await call("backup", target, A_LONG_TIME)) as Backup,
    status: async () => (await call("status")) as Awaited<ReturnType<Operator["status"]>>,
    tick: async () => void (await call("tick")),
    close: async () => undefined,
  };
}

/** One call. Another process of ours answers: what cannot be understood is `ERR_STORE_BUSY`, somebody else's lock. */
function post(socketPath: string, method: string, argument: unknown, timeout: number): Promise<unknown> {
  const body = Buffer.from(JSON.stringify(argument));
  const headers = { "Content-Type": "application/json", "Content-Length": body.length };
  return new Promise((resolve, reject) => {
    const busy = (): void => reject(new AmanaError("ERR_STORE_BUSY"));
    const sent = request({ socketPath, path: `/${method}`, method: "POST", headers, agent: false, timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", busy);
      response.on("end", () => {
        try {
          const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
          if (response.statusCode === 200) resolve(value);
          else reject(problem(value));
        } catch {
          busy();
        }
      });
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", busy);
    sent.end(body);
  });
}

function problem(value: unknown): AmanaError {
  const { code, problems } = value as { code: ErrorCode; problems?: { path: string; message: string }[] };
  if (!Object.hasOwn(SENTENCES, code)) return new AmanaError("ERR_STORE_BUSY");
  return new AmanaError(code, problems === undefined ? {} : { problems });
}
