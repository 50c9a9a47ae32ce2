import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One request and its reply, in bytes on the connection: first lines, headers and bodies. */
export interface Exchange {
  /** `POST /submissions`: method and path without what follows a `?`. */
  readonly what: string;
  readonly status: number;
  readonly sent: number;
  readonly received: number;
}

interface Running {
  first: string;
  answer: string;
  sent: number;
  received: number;
}

/** Counts bytes between clients and a server, as somebody on the way does who cannot read them. */
export class Wire {
  readonly url: string;
  readonly exchanges: Exchange[] = [];
  readonly #end: () => void;
  readonly #close: () => Promise<void>;

  private constructor(url: string, end: () => void, close: () => Promise<void>) {
    this.url = url;
    this.#end = end;
    this.#close = close;
  }

  static async before(target: string): Promise<Wire> {
    const { hostname, port } = new URL(target);
    const sockets = new Set<Socket>();
    const endings = new Set<() => void>();
    let wire: Wire | null = null;
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
      }
      let running: Running | null = null;
      const finish = (): void => {
        if (running !== null && running.received > 0) wire?.exchanges.push(exchange(running));
        running = null;
      };
      endings.add(finish);
      client.on("data", (chunk) => {
        // One request at a time: what a client sends after an answer has begun is the next one.
        if (running !== null && running.received > 0) finish();
        running ??= { first: chunk.toString("latin1").split("\r\n", 1)[0] ?? "", answer: "", sent: 0, received: 0 };
        running.sent += chunk.length;
        upstream.write(chunk);
      });
      upstream.on("data", (chunk) => {
        if (running !== null) {
          if (running.received === 0) running.answer = chunk.toString("latin1").split("\r\n", 1)[0] ?? "";
          running.received += chunk.length;
        }
        client.write(chunk);
      });
      client.on("close", () => {
        finish();
        upstream.destroy();
      });
      upstream.on("close", () => {
        finish();
        client.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const end = (): void => {
      for (const finish of endings) finish();
    };
    const close = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    wire = new Wire(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, end, close);
    return wire;
  }

  /** What went over the wire since the last call. Call it when every reply has been read. */
  async take(): Promise<Exchange[]> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#end();
    return this.exchanges.splice(0);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function exchange({ first, answer, sent, received }: Running): Exchange {
  const [method = "", target = ""] = first.split(" ");
  return { what: `${method} ${target.split("?", 1)[0]}`, status: Number(answer.split(" ")[1]), sent, received };
}
