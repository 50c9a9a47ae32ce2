import { isAmanaError } from "@amana/core/errors";
import {
  encodeVerifierKey,
  formatNote,
  type NoteSignature,
  parseCheckpoint,
  parseNote,
  parseSignatureLines,
  verifyNote,
} from "@amana/core/ledger";
import type { Programme } from "@amana/core/programme";

/** A witness's signature over one checkpoint, verified. */
interface Kept {
  readonly line: NoteSignature;
  /** Unix seconds, by the witness's clock. */
  readonly time: number;
}

/** How far a witness's clock may be from ours. Clients take a cosignature for wrong when it is more than a day ahead of them. */
const CLOCKS = 86_400;

/** What came of signature lines that a witness sent. `clock`: right, but of a time that cannot be. */
export type Added = "cosigned" | "clock" | "none";

/** One signed checkpoint and the newest cosignature of each of the programme's witnesses. */
export class CosignedNote {
  readonly size: number;
  readonly #text: string;
  readonly #log: readonly NoteSignature[];
  readonly #programme: Programme;
  readonly #kept = new Map<string, Kept>();

  /** `note`: signed by the log; cosignatures in it count, whatever their time. @throws ERR_LEDGER_FORMAT, ERR_LEDGER_SIGNATURE */
  constructor(note: string, programme: Programme) {
    const { text, signatures } = parseNote(note);
    verifyNote(note, [programme.ledger.vkey]);
    this.size = parseCheckpoint(text).size;
    this.#text = text;
    this.#programme = programme;
    this.#log = signatures.filter(({ name }) => name === programme.ledger.origin);
    for (const line of signatures) this.#take(line, null);
  }

  /** The log's own signed note, which is what witnesses are asked to sign. */
  get signed(): string {
    return formatNote({ text: this.#text, signatures: this.#log });
  }

  /** The note with its cosignatures, in the order of the programme's witnesses. */
  get note(): string {
    const lines = this.#programme.witnesses.flatMap(({ vkey }) => this.#kept.get(vkey)?.line ?? []);
    return formatNote({ text: this.#text, signatures: [...this.#log, ...lines] });
  }

  /** How many of the programme's witnesses have signed. */
  get count(): number {
    return this.#kept.size;
  }

  /** When the quorum-th newest cosignature was made, unix seconds; null below the quorum, or without one. */
  get decisive(): number | null {
    const times = [...this.#kept.values()].map(({ time }) => time).sort((a, b) => b - a);
    return times[this.#programme.quorum - 1] ?? null;
  }

  /** Takes what a witness has answered: verified lines of the programme's witnesses, and nothing else of it. Attacker-controlled. */
  add(lines: string, now: number): Added {
    let added: Added = "none";
    for (const line of linesIn(lines)) {
      const taken = this.#take(line, now);
      if (taken !== "none" && added !== "cosigned") added = taken;
    }
    return added;
  }

  /** Takes over what another note of the same checkpoint has. */
  merge(other: CosignedNote): void {
    if (other.#text !== this.#text) return;
    for (const { line } of other.#kept.values()) this.#take(line, null);
  }

  #take(line: NoteSignature, now: number | null): Added {
    for (const { vkey } of this.#programme.witnesses) {
      const time = timeOf({ text: this.#text, line, vkey });
      if (time === null) continue;
      if (now !== null && Math.abs(time - now) > CLOCKS) return "clock";
      const before = this.#kept.get(vkey);
      if (before === undefined || before.time < time) this.#kept.set(vkey, { line, time });
      return "cosigned";
    }
    return "none";
  }
}

/** When a witness signed this text; null if it did not. */
function timeOf({ text, line, vkey }: { text: string; line: NoteSignature; vkey: string }): number | null {
  try {
    const { signatures } = verifyNote(formatNote({ text, signatures: [line] }), [vkey]);
    return signatures.find(({ key }) => encodeVerifierKey(key) === vkey)?.timestamp ?? null;
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}

function linesIn(text: string): NoteSignature[] {
  try {
    return parseSignatureLines(text);
  } catch (error) {
    if (isAmanaError(error)) return [];
    throw error;
  }
}
