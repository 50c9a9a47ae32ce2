/** Reads numbers and text out of bytes that anybody may have made: beyond the end there is nothing, and nothing throws. */
export class Bytes {
  readonly all: Uint8Array;
  readonly little: boolean;

  constructor(all: Uint8Array, little = false) {
    this.all = all;
    this.little = little;
  }

  get length(): number {
    return this.all.length;
  }

  part(from: number, length: number): Uint8Array {
    return from < 0 || length < 0 || from + length > this.length ? new Uint8Array() : this.all.subarray(from, from + length);
  }

  uint16(at: number): number {
    return this.#uint(at, 2);
  }

  uint32(at: number): number {
    return this.#uint(at, 4);
  }

  /** Latin letters and digits as they stand; used to compare marks, never shown. */
  text(from: number, length: number): string {
    return String.fromCharCode(...this.part(from, Math.min(length, 4096)));
  }

  /** Whether `mark` stands at `at`. */
  has(mark: string, at = 0): boolean {
    return this.text(at, mark.length) === mark;
  }

  /** Where `mark` first stands at or after `from`, or -1. */
  find(mark: string, from = 0): number {
    const first = mark.charCodeAt(0);
    for (let at = this.all.indexOf(first, from); at >= 0; at = this.all.indexOf(first, at + 1)) if (this.has(mark, at)) return at;
    return -1;
  }

  #uint(at: number, size: number): number {
    const bytes = this.part(at, size);
    const add = (sum: number, byte: number): number => sum * 256 + byte;
    return this.little ? bytes.reduceRight(add, 0) : bytes.reduce(add, 0);
  }
}
