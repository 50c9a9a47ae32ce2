import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Server } from "node:net";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type ErrorLog, JSON_TYPE, json, Limits, problemReply, readBody, sendReply, tellable } from "../http/index.ts";
import type { Operator } from "../services/operator.ts";

/** A round's questionnaires and plan fit; nobody but the operator can reach this. */
const BODY_LIMIT = 32 * 2 ** 20;

/** What the operator's client calls, by name, with one JSON argument. Codes travel as hex. */
export type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

function calls(operator: Operator): Calls {
  return {
    createDraft: (input: Parameters<Operator["createDraft"]>[0]) => operator.createDraft(input),
    replaceInvitation: (input: Parameters<Operator["replaceInvitation"]>[0]) => operator.replaceInvitation(input),
    createInvitations: async (input: Parameters<Operator["createInvitations"]>[0]) => (await operator.createInvitations(input)).map(toHex),
    discardDraft: (round: string) => operator.discardDraft(round),
    proposeAmendment: (input: Parameters<Operator["proposeAmendment"]>[0]) => operator.proposeAmendment(input),
    withdrawAmendment: (round: string) => operator.withdrawAmendment(round),
    publishRelease: (round: string) => operator.publishRelease(round),
    publishPlan: (file: unknown) => operator.publishPlan(file),
    announce: (file: unknown) => operator.announce(file),
    backup: (target: string) => operator.backup(target),
    status: () => operator.status(),
    tick: () => operator.tick(),
  };
}

/**
 * Serves the operator on the data folder's socket (`LowdbStore.lock.server`), which only the folder's owner can open. HTTP, `POST /<method>`
 * with a JSON argument. @returns what ends it
 */
export function serveOperator(socket: Server, operator: Operator, log: ErrorLog): () => Promise<void> {
  return serveCalls(socket, calls(operator), log);
}

/** Serves calls on a data folder's socket. @returns what ends it */
export function serveCalls(socket: Server, methods: Calls, log: ErrorLog): () => Promise<void> {
  const limits = new Limits({ fileBytes: 2 * BODY_LIMIT });
  const server = createServer((request, response) => {
    answer(request, response, methods, limits).catch((error: unknown) => {
      const told = tellable(error);
      if (told.code === "ERR_INTERNAL") log(error);
      sendReply(response, problemReply(told, true));
    });
  });
  const attach = (connection: unknown): void => void server.emit("connection", connection);
  socket.on("connection", attach);
  return async () => {
    socket.off("connection", attach);
    await drained(server);
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, methods: Calls, limits: Limits): Promise<void> {
  const name = request.url?.slice(1) ?? "";
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new AmanaError("ERR_NOT_FOUND");
  if (request.method !== "POST") throw new AmanaError("ERR_METHOD");
  const body = await readBody(request, { type: JSON_TYPE, max: BODY_LIMIT, budget: "files" }, limits);
  const result = await method(parse(body) as never);
  sendReply(response, json(result ?? null));
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
}

/** Ends idle connections, and waits a moment for those at work. */
async function drained(server: HttpServer): Promise<void> {
  server.closeIdleConnections();
  const end = Date.now() + 5000;
  const open = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  while ((await open()) > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    server.closeIdleConnections();
  }
  server.closeAllConnections();
}
