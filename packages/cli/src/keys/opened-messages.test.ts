import { mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { expect, it } from "vitest";
import { openedMessages, openedPath } from "./opened-messages.ts";

it("two commands that write what they opened at once lose nothing that was whole, and break nothing for the next one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "amana-opened-"));
  try {
    const [path, key, id] = [join(folder, "handler.key"), kemKey(randomBytes(32)), randomBytes(32)];
    const open = () => openedMessages(path, "reports-1", key, id);
    const entries = Array.from({ length: 40 }, () => ({ hash: toHex(randomBytes(32)), plaintext: randomBytes(300) }));
    const [first] = entries as [(typeof entries)[0]];
    await (await open()).put([first]);
    // Both have read the same file.
    const [one, two] = [await open(), await open()];
    await Promise.all(entries.slice(1).map((entry, at) => (at % 2 === 0 ? one : two).put([entry])));
    const after = await open();
    const found = (from: typeof after) =>
      entries.filter(({ hash, plaintext }) => toHex(from.get(hash) ?? new Uint8Array(0)) === toHex(plaintext));
    expect(found(after)).toHaveLength(40);
    // What a stop cuts short is lost alone, and what comes after it is not.
    const file = openedPath(path, "reports-1");
    await truncate(file, (await stat(file)).size - 5);
    await (await open()).put([first]);
    expect(found(await open())).toHaveLength(39);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
