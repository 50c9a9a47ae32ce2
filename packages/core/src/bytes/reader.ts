import { AmanaError, type ErrorCode } from "../errors/index.ts";
import { concat, uint } from "./bytes.ts";

/**
 * The one bounded reader for binary structs. What it reads is attacker-controlled: every step checks the length,
 * and {@link Reader.end} refuses trailing bytes. All failures carry the one code given at the start.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #code: ErrorCode;
  #offset = 0;

  constructor(bytes: Uint8Array, code: ErrorCode) {
    this.#bytes = bytes;
    this.#code = code;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** The next `length` bytes, as a copy: later changes to the input cannot change what was checked. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (length > this.left) throw new AmanaError(this.#code);
    const start = this.#offset;
    this.#offset += length;
    return new Uint8Array(this.#bytes.subarray(start, this.#offset));
  }

  uint8(): number {
    return this.#uint(1);
  }

  uint16(): number {
    return this.#uint(2);
  }

  uint32(): number {
    return this.#uint(4);
  }

  /** An unsigned 64-bit integer that is a safe number. */
  uint64(): number {
    const value = this.#uint(4) * 2 ** 32 + this.#uint(4);
    if (!Number.isSafeInteger(value)) throw new AmanaError(this.#code);
    return value;
  }

  /** Four ASCII letters that say what the struct is. */
  magic(expected: string): void {
    const found = this.take(expected.length);
    for (let i = 0; i < found.length; i++) if (found[i] !== expected.charCodeAt(i)) throw new AmanaError(this.#code);
  }

  /** A u32 length, at most `max`, and that many bytes. */
  vector(max: number): Uint8Array<ArrayBuffer> {
    const length = this.uint32();
    if (length > max) throw new AmanaError(this.#code);
    return this.take(length);
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.left !== 0) throw new AmanaError(this.#code);
  }

  #uint(width: number): number {
    return this.take(width).reduce((value, byte) => value * 256 + byte, 0);
  }
}

/** A u32 length and the bytes: the counterpart of {@link Reader.vector}. */
export function vector(bytes: Uint8Array): Uint8Array {
  return concat(uint(bytes.length, 4), bytes);
}
