/** Bytes of files that stay in memory although nobody is reading them. */
const KEPT = 64 * 2 ** 20;

/**
 * Files by their hash, each at most once in memory: however many strangers ask for one, and however slowly they read it, it is read and
 * checked once and held once. Files never change, so what is here is right. Nobody writes into the bytes that it gives.
 */
export class FileCache {
  /** The newest used, last. */
  readonly #kept = new Map<string, Uint8Array>();
  /** What somebody is still sending. */
  readonly #used = new Map<string, WeakRef<Uint8Array>>();
  readonly #loading = new Map<string, Promise<Uint8Array | null>>();
  #bytes = 0;

  /** The file; read by `load` only if nobody has it. A failure is not remembered. */
  async get(name: string, load: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    const known = this.#kept.get(name) ?? this.#used.get(name)?.deref();
    if (known !== undefined) return this.#keep(name, known);
    const loading = this.#loading.get(name) ?? load().finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    const bytes = await loading;
    return bytes === null ? null : this.#keep(name, bytes);
  }

  #keep(name: string, bytes: Uint8Array): Uint8Array {
    this.#used.set(name, new WeakRef(bytes));
    if (this.#kept.delete(name)) this.#bytes -= bytes.length;
    if (bytes.length > KEPT) return bytes;
    this.#kept.set(name, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= KEPT) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
    return bytes;
  }
}
