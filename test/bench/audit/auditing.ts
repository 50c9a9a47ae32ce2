import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { audit, Transport } from "@amana/client/auditor";
import type { BenchLedger } from "./ledger.ts";

export type AuditInput = Pick<BenchLedger, "folder" | "programme"> & { readonly now: Date };

/** Audits a ledger from its files, as `amana verify` does over HTTP. @throws Error when a check does not hold: it was an honest ledger */
export async function auditLedger({ folder, programme, now }: AuditInput, onProgress?: (done: number) => void): Promise<void> {
  const transport = new Transport("http://bench.example/", (url) => reply(join(folder, new URL(url).pathname)));
  const steps = audit(transport, { programme, now, known: null, onProgress: (_check, done) => onProgress?.(done) });
  for await (const { check, ok, detail } of steps) if (!ok) throw new Error(`${check}: ${detail}`);
}

async function reply(path: string): Promise<Response> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return new Response("{}", { status: 404 });
  if (found.size < 1024 * 1024) return new Response(await readFile(path));
  return new Response(Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>);
}
