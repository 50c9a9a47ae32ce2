import { equal, SHA256, toHex } from "@amana/core/bytes";
import { type DocumentEntry, decodeBuildList, LARGEST_BUILD_FILE, LARGEST_BUILD_LIST } from "@amana/core/entries";
import { isAmanaError } from "@amana/core/errors";
import { fetchFile } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import type { AuditedEntry } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/** Two visitors whom a server could tell apart: an auditor's tool, and somebody's telephone. */
const VISITORS: readonly Readonly<Record<string, string>>[] = [
  { accept: "*/*", "accept-language": "*" },
  {
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language": "ar-TN,ar;q=0.9,fr;q=0.6",
    "user-agent": "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
  },
];

/**
 * Everybody gets the same form: its page and its files come twice with different headers and in different order, and are one; and they are those of
 * the newest `builds` entry of the ledger, where there is one. It finds what is done to visitors whom headers tell apart, not to addresses.
 */
export class ServedFormCheck implements Check {
  readonly name = "served form";
  readonly #transport: Transport;
  #builds: DocumentEntry | null = null;

  constructor({ transport }: Pick<Auditing, "transport">) {
    this.#transport = transport;
  }

  entry({ entry }: AuditedEntry): void {
    if (entry.type === "builds") this.#builds = entry as DocumentEntry;
  }

  async end(): Promise<string> {
    const page = await this.#fetch("", VISITORS[0] ?? {});
    const logged = await this.#logged();
    if (page === null) {
      demand(logged === null, "the ledger logs a form, and none is served");
      return "this server serves none";
    }
    const paths = [...new Set(["", ...referencesOf(page), ...(logged?.keys() ?? [])])];
    const first = await this.#visit(paths, VISITORS[0] ?? {});
    const second = await this.#visit([...paths].reverse(), VISITORS[1] ?? {});
    for (const path of paths) {
      const [one, other] = [first.get(path), second.get(path)];
      const same = one != null && other != null && equal(one, other);
      demand(same, `${nameOf(path)} is not the same for every visitor`);
      if (logged !== null) demand(toHex(one) === logged.get(path), `${nameOf(path)} is not what the ledger logs`);
    }
    const compared = logged === null ? "the ledger logs no build to compare them with" : "as logged";
    return `${paths.length} files, the same for two visitors; ${compared}`;
  }

  /** The hashes that the ledger logs, by path; null where it logs none. */
  async #logged(): Promise<ReadonlyMap<string, string> | null> {
    if (this.#builds === null) return null;
    const { files } = decodeBuildList(await fetchFile(this.#transport, this.#builds.sha256, LARGEST_BUILD_LIST));
    return new Map(files.map(({ path, sha256 }) => [path, sha256]));
  }

  /** Hashes of files, as one visitor gets them; null for what is not there. */
  async #visit(paths: readonly string[], headers: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Uint8Array | null>> {
    const found = new Map<string, Uint8Array | null>();
    for (const path of paths) {
      const bytes = await this.#fetch(path, headers);
      found.set(path, bytes === null ? null : SHA256(bytes));
    }
    return found;
  }

  async #fetch(path: string, headers: Readonly<Record<string, string>>): Promise<Uint8Array | null> {
    return this.#transport.getAs(path, headers, LARGEST_BUILD_FILE).catch((error: unknown) => {
      if (isAmanaError(error, "ERR_NOT_FOUND")) return null;
      throw error;
    });
  }
}

/** The files beside the page that it names. */
function referencesOf(page: Uint8Array): string[] {
  const text = new TextDecoder().decode(page);
  return [...text.matchAll(/\s(?:src|href)="(?:\.\/)?([A-Za-z0-9][A-Za-z0-9._/-]*)"/g)].map(([, path = ""]) => path);
}

function nameOf(path: string): string {
  return path === "" ? "the form's page" : path;
}
