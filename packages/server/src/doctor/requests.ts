import { request as http, type IncomingMessage, type RequestOptions } from "node:http";
import { request as https } from "node:https";
import { connect, type TLSSocket } from "node:tls";

/** What came back, and from which address of this machine it was asked for. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Uint8Array;
  readonly localAddress: string;
}

const PATIENCE = 15_000;
const LARGEST = 256 * 1024;

/** One request on a connection of its own; null when there was no answer. */
export function ask(
  url: URL,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answered | null> {
  const options: RequestOptions = { method, headers, agent: false, timeout: PATIENCE };
  return new Promise((resolve) => {
    const sent = (url.protocol === "https:" ? https : http)(url, options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const localAddress = response.socket.localAddress ?? "";
      const done = (): void =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), localAddress });
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > LARGEST) response.destroy();
        else chunks.push(chunk);
      });
      response.on("end", done);
      response.on("error", () => resolve(null));
      response.on("close", done);
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(null));
    sent.end(body);
  });
}

/** With which key agreement a server speaks TLS: `hybrid` is X25519MLKEM768; `unknown` where this Node cannot ask for it. */
export function keyAgreement(url: URL): Promise<"hybrid" | "classical" | "unknown"> {
  return new Promise((resolve) => {
    let socket: TLSSocket;
    const port = Number(url.port || 443);
    try {
      socket = connect({
        host: url.hostname,
        port,
        servername: url.hostname,
        ecdhCurve: "X25519MLKEM768",
        minVersion: "TLSv1.3",
        timeout: PATIENCE,
      });
    } catch {
      resolve("unknown");
      return;
    }
    const end = (verdict: "hybrid" | "classical"): void => {
      socket.destroy();
      resolve(verdict);
    };
    socket.once("secureConnect", () => end("hybrid"));
    socket.once("error", () => end("classical"));
    socket.once("timeout", () => end("classical"));
  });
}
