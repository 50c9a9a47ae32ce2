import { decodeManifest } from "@amana/core/manifest";
import { junkFor } from "./messages.ts";
import { Poster } from "./post.ts";

/** What a process of a flood is told. */
export interface Flood {
  readonly url: string;
  /** Bytes of the manifest, base64. */
  readonly manifest: string;
  readonly messages: number;
  readonly connections: number;
  readonly address: string;
}

/** What came of it. */
export interface Flooded {
  readonly taken: number;
  readonly refused: number;
}

/** A process that floods: it makes its messages, says "ready", and sends all of them at "go", so many at once; a refused one is sent again. */
process.once("message", async ({ url, manifest, messages, connections, address }: Flood) => {
  const made: Uint8Array[] = [];
  for await (const message of junkFor(decodeManifest(Buffer.from(manifest, "base64")))) {
    made.push(message);
    if (made.length === messages) break;
  }
  process.once("message", async () => {
    const poster = new Poster(url, address, connections);
    const done = { taken: 0, refused: 0 };
    const sender = async (): Promise<void> => {
      for (let message = made.pop(); message !== undefined; message = made.pop()) {
        if ((await poster.post(message)) === 200) done.taken += 1;
        else {
          done.refused += 1;
          made.unshift(message);
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, sender));
    poster.close();
    process.send?.(done satisfies Flooded, () => process.disconnect());
  });
  process.send?.("ready");
});
