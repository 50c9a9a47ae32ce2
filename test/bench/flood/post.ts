import { Agent, request } from "node:http";

export const REPORT = "application/vnd.amana.report";

/** Posts messages from one address of this machine, over so many connections. */
export class Poster {
  readonly #agent: Agent;
  readonly #url: URL;

  constructor(url: string, localAddress: string, connections: number) {
    this.#url = new URL("submissions", url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, localAddress });
  }

  /** One message. @returns the status of the answer */
  post(body: Uint8Array): Promise<number> {
    const headers = { "Content-Type": REPORT, "Content-Length": body.length };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: "POST", headers, agent: this.#agent }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
