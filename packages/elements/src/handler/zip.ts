import { Zip, ZipPassThrough } from "fflate";
import type { ExportedFile } from "./client.ts";
import { Gathered } from "./gathered.ts";

/** Puts files into one ZIP, without pressing them: attachments mostly are already. No worker, no file system, no date of this machine. */
export async function zipOf(files: AsyncIterable<ExportedFile>): Promise<Blob> {
  const gathered = new Gathered();
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    gathered.add(piece);
  });
  for await (const { path, pieces: content } of files) {
    const entry = new ZipPassThrough(path);
    entry.mtime = EARLIEST;
    zip.add(entry);
    for await (const piece of content) entry.push(piece);
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  return gathered.blob();
}

/** The first day that the format can say, in the local time that it means. */
const EARLIEST = new Date(1980, 0, 1);
