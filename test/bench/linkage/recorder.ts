import type { Fetch } from "@amana/client";
import { fromHex, toHex } from "@amana/core/bytes";
import { decodeEnrolment, invitedHash } from "@amana/core/credential";
import type { Manifest } from "@amana/core/manifest";
import { decodeSubmission } from "@amana/core/submission";

/** One request as the operator sees it. An operator reads what it is sent: whose invitation draws, which key answers. */
export interface Seen {
  /** Seconds after enrolment opened. */
  readonly at: number;
  /** The visit that it belongs to, numbered over all people; null where the relay passes on what it has. Its address is drawn later. */
  readonly visit: number | null;
  readonly path: string;
  /** Bytes sent and received in bodies. */
  readonly sent: number;
  readonly received: number;
  /** Of an enrolment: the invitation, as its hash. */
  readonly invited: string | null;
  /** Of a submission: the response key and the sequence. */
  readonly responseKey: string | null;
  readonly sequence: number | null;
}

/**
 * Stands between the network and the operator's server and keeps all that passes, with the time. A visit is one coming of one person:
 * which person, is known to the score alone.
 */
export class Recorder {
  readonly seen: Seen[] = [];
  /** The person of each visit. Ground truth. */
  readonly people: number[] = [];
  readonly #operator: string;
  readonly #now: () => number;
  #manifest: Manifest | null = null;

  /** Records what is sent to the server at the URL `operator`, and nothing else. */
  constructor(operator: string, now: () => number) {
    this.#operator = operator;
    this.#now = now;
  }

  /** From now on bodies can be read. */
  reads(manifest: Manifest): void {
    this.#manifest = manifest;
  }

  /** What a person's client sends its requests through, during one visit. */
  visit(person: number): Fetch {
    const visit = this.people.push(person) - 1;
    return async (url, init) => {
      const at = this.#now();
      const response = await fetch(url, init);
      if (!url.startsWith(this.#operator)) return response;
      const bytes = await response.clone().arrayBuffer();
      this.#note(
        visit,
        at,
        new URL(url).pathname.slice(1),
        init?.body instanceof Uint8Array ? init.body : new Uint8Array(),
        bytes.byteLength,
      );
      return response;
    };
  }

  /**
   * What the relay has given on, found on the operator's own disk: the sealed requests themselves say nothing, and their order is the relay's.
   * What was seen before is left out.
   */
  released(answers: readonly { readonly responseKey: string; readonly sequence: number }[]): void {
    const known = new Set(this.seen.map(({ responseKey, sequence }) => `${responseKey} ${sequence}`));
    for (const { responseKey, sequence } of answers) {
      if (known.has(`${responseKey} ${sequence}`)) continue;
      this.seen.push({ at: this.#now(), visit: null, path: "gateway", sent: 0, received: 0, invited: null, responseKey, sequence });
    }
  }

  #note(visit: number | null, at: number, path: string, body: Uint8Array, received: number): void {
    this.seen.push({ at, visit, path, sent: body.length, received, ...this.#read(path, body) });
  }

  #read(path: string, body: Uint8Array): Pick<Seen, "invited" | "responseKey" | "sequence"> {
    const nothing = { invited: null, responseKey: null, sequence: null };
    const manifest = this.#manifest;
    if (manifest === null || body.length === 0) return nothing;
    if (path.startsWith("issuers/")) {
      const issuer = path.split("/")[1] as string;
      const { code } = decodeEnrolment(body);
      return { ...nothing, invited: toHex(invitedHash(fromHex(manifest.programme), manifest.round, issuer, code)) };
    }
    if (path !== "submissions") return nothing;
    const { responseKey, sequence } = decodeSubmission(body, manifest);
    return { ...nothing, responseKey: toHex(responseKey), sequence };
  }
}
