import { toHex } from "@amana/core/bytes";
import { CompactTree } from "@amana/core/ledger";
import type { AuditedEntry } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** A checkpoint that this auditor saw before: its size and root. The auditor keeps it, the server cannot change it. */
export interface KnownCheckpoint {
  readonly size: number;
  readonly root: string;
}

/** The ledger continues the one this auditor saw last time. */
export class ConsistencyCheck implements Check {
  readonly name = "consistency";
  readonly #known: KnownCheckpoint | null;
  readonly #running = new CompactTree();

  constructor(known: KnownCheckpoint | null) {
    this.#known = known;
  }

  entry({ leafHash }: AuditedEntry): void {
    this.#compare();
    this.#running.add(leafHash);
  }

  end(): string {
    const known = this.#known;
    if (known === null) return "first time: nothing to compare with";
    this.#compare();
    demand(known.size <= this.#running.size, `it had ${known.size} entries before and has ${this.#running.size} now`);
    return `continues the ${known.size} entries seen before`;
  }

  #compare(): void {
    const known = this.#known;
    if (known === null || known.size !== this.#running.size) return;
    demand(toHex(this.#running.root()) === known.root, `its first ${known.size} entries are not those seen before`);
  }
}
