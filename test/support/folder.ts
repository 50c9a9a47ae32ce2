import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Every file of a folder with a digest of its bytes: what must not change when a command fails. */
export async function snapshot(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = paths.sort().map(async (path): Promise<[string, string]> => {
    return [
      relative(folder, path),
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ];
  });
  return Object.fromEntries(await Promise.all(digests));
}

/** Works on a copy of a folder, which is removed afterwards. */
export async function withCopy<T>(folder: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), "amana-copy-"));
  try {
    await cp(folder, copy, { recursive: true });
    return await work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** A stored document of the data folder: its content under a digest. */
interface Sealed {
  readonly sha256: string;
  readonly data: unknown;
}

/** Changes a document's content and writes it with the digest that fits: damage which no checksum of the file would show. */
export async function rewriteDocument(path: string, change: (data: unknown) => void): Promise<void> {
  const { data } = JSON.parse(await readFile(path, "utf8")) as Sealed;
  change(data);
  const sha256 = createHash("sha256").update(JSON.stringify(data)).digest("hex");
  await writeFile(path, `${JSON.stringify({ sha256, data })}\n`);
}
