import { HEAD_BYTES, type KnownFile, knownFile } from "./kinds.ts";
import { type Redrawn, redraw } from "./picture.ts";
import { imageTraces, type Trace } from "./traces.ts";

/** A file as it will be sent, with what the person should know of it before it is. */
export interface PreparedFile {
  readonly known: KnownFile;
  readonly bytes: Blob;
  /** Of a picture: what was found beside it; of one that was drawn anew, what is not beside it any more. */
  readonly traces: readonly Trace[];
  /** Whether it is a picture that was drawn anew. */
  readonly cleaned: boolean;
  /** What will be sent, to look at; null where it cannot be shown. */
  readonly preview: HTMLCanvasElement | null;
}

export type Redraw = (file: Blob, type: string) => Promise<Redrawn | null>;

/**
 * Looks at a chosen file on this device and takes out of pictures what is beside the picture. Null for a file of a kind that is not taken.
 * @throws NotReadableError and the like, when the file is gone
 */
export async function prepareFile(file: File, anew: Redraw = redraw): Promise<PreparedFile | null> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const known = knownFile(file.name, head);
  if (known === null) return null;
  const asItIs = { known, bytes: file, traces: [], cleaned: false, preview: null };
  if (known.kind !== "image") return asItIs;
  const traces = imageTraces(new Uint8Array(await file.arrayBuffer()));
  const redrawn = await anew(file, known.type);
  const left = redrawn === null ? traces : imageTraces(new Uint8Array(await redrawn.bytes.arrayBuffer()));
  // A browser may note which colours it wrote; anything else in what it wrote anew would make the promise false.
  if (redrawn === null || left.some((trace) => trace !== "profile")) return { ...asItIs, traces };
  const type = redrawn.bytes.type;
  const ending = type === "image/png" ? "png" : "jpg";
  const removed = traces.filter((trace) => !left.includes(trace));
  return { known: { kind: "image", type, ending }, bytes: redrawn.bytes, traces: removed, cleaned: true, preview: redrawn.preview };
}
