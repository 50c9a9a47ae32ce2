import { type AuditInput, auditLedger } from "./auditing.ts";

/*
 * A process of its own, with `--expose-gc`: audits the ledger that it is told of, and says by how many bytes the living memory was
 * larger on the way than before, at most.
 */
process.once("message", ({ folder, programme, now }: { folder: string; programme: string; now: string }) => {
  const input = { folder, programme, now: new Date(now) };
  // The first time, code is compiled and tables are made: that is the engine's memory, whatever the ledger's size.
  void auditLedger(input)
    .then(() => new Promise((resolve) => setTimeout(resolve, 100)))
    .then(() => measure(input))
    .then((bytes) => process.send?.(bytes, () => process.disconnect()));
});

async function measure(input: AuditInput): Promise<number> {
  const before = living();
  let most = before;
  let next = 0;
  await auditLedger(input, (done) => {
    if (done < next) return;
    next = done + 2_000;
    most = Math.max(most, living());
  });
  return Math.max(0, most - before);
}

/** Buffers that one collection finds dead are given back while the next one waits for it. */
function living(): number {
  const { gc } = globalThis as unknown as { gc: () => void };
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
