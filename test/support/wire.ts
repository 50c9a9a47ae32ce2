import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line between two machines, which a test can cut while something travels over it. */
export interface Wire {
  /** The server's address by this line. */
  readonly url: string;
  /** How often it was cut. */
  readonly cuts: number;
  /** Lets so many more bytes through to the server, and then cuts everything that is open; after that, half as many, until it was cut so often. */
  cutAfter(bytes: number, times: number): void;
}

/** Lets `work` speak to a server over a line that can be cut. */
export async function overWire<T>(target: string, work: (wire: Wire) => Promise<T>): Promise<T> {
  const open = new Set<Socket>();
  const { hostname, port } = new URL(target);
  let left = Number.POSITIVE_INFINITY;
  let next = left;
  let still = 0;
  let cuts = 0;
  const cut = (): void => {
    cuts += 1;
    still -= 1;
    left = still > 0 ? next : Number.POSITIVE_INFINITY;
    for (const socket of open) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    far.pipe(near);
    near.on("data", (piece) => {
      left -= piece.length;
      if (left >= 0) far.write(piece);
      else {
        // What had arrived by then has arrived.
        far.write(piece.subarray(0, piece.length + left));
        cut();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get cuts() {
      return cuts;
    },
    cutAfter(bytes, times) {
      left = bytes;
      next = bytes / 2;
      still = times;
    },
  };
  try {
    return await work(wire);
  } finally {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
