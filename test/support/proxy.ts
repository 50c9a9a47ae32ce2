import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A server in the middle that flips one bit of chosen replies. */
export interface Middle {
  readonly url: string;
  /** Which replies are changed, and at which byte (negative: from the end). None after `null`. */
  flip(choice: { readonly path: RegExp; readonly at: number } | null): void;
  /** How many replies were changed since the last choice. */
  readonly flipped: number;
  close(): Promise<void>;
}

/** Forwards everything to a server on the loopback interface. */
export async function startProxy(target: string): Promise<Middle> {
  let choice: { readonly path: RegExp; readonly at: number } | null = null;
  let flipped = 0;
  const server = createServer((incoming, outgoing) => {
    const forward = request(new URL(incoming.url ?? "/", target), { method: incoming.method, headers: incoming.headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("end", () => {
        const body = Buffer.concat(chunks);
        if (reply.statusCode === 200 && choice?.path.test(incoming.url ?? "")) {
          const at = choice.at < 0 ? body.length + choice.at : choice.at;
          body[at] = (body[at] as number) ^ 1;
          flipped += 1;
        }
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers).end(body);
      });
    });
    forward.on("error", () => outgoing.destroy());
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    flip(next) {
      choice = next;
      flipped = 0;
    },
    get flipped() {
      return flipped;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
