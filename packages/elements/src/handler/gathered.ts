/** Bytes that the page holds before it hands them on. */
const AT_A_TIME = 4 * 1024 * 1024;

/**
 * Gathers a file piece by piece, for {@link saveFile}. The page itself holds a few megabytes of it: what was gathered belongs to the browser, which
 * lays what is large on its own disk. So a case with hundreds of megabytes of attachments can be saved by a page of a file, which may open no file
 * to write into.
 */
export class Gathered {
  readonly #blobs: Blob[] = [];
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  /** The piece is not kept longer than until the next few megabytes, and must not be changed until then. */
  add(piece: Uint8Array): void {
    this.#waiting.push(piece as Uint8Array<ArrayBuffer>);
    this.#bytes += piece.length;
    if (this.#bytes >= AT_A_TIME) this.#hand();
  }

  /** All of it. */
  blob(): Blob {
    this.#hand();
    return new Blob(this.#blobs);
  }

  #hand(): void {
    this.#blobs.push(new Blob(this.#waiting));
    this.#waiting = [];
    this.#bytes = 0;
  }
}

export async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Blob> {
  const gathered = new Gathered();
  for await (const piece of pieces) gathered.add(piece);
  return gathered.blob();
}
