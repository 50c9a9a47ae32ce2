import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Changes what a server said at a path; returns the bytes as they are, or others. */
export type Twist = (path: string, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;

/** Reads through a server in between that twists replies, as a lying server or a damaged copy would, while `work` runs. */
export async function throughProxy<T>(target: string, twist: Twist, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").slice(1);
    const answer = await fetch(new URL(path, target));
    const said = new Uint8Array(await answer.arrayBuffer());
    const bytes = await twist(path, said);
    // Whoever lies can also say what was not there.
    response.writeHead(bytes === said ? answer.status : 200, {
      "content-type": answer.headers.get("content-type") ?? "application/octet-stream",
    });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The same bytes but for one bit of the byte at `at` (from the end when negative). */
export function flipped(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const index = at < 0 ? copy.length + at : at;
  if (index < 0 || index >= copy.length) throw new RangeError("there is no such byte");
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
}
