import { relative, sep } from "node:path";
import { type FileOperations, nodeFiles } from "@amana/server";

/** One state of one file: all the bytes that were ever under this name. */
export interface Written {
  /** Relative to the data folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The real disk, and everything that was ever written to it: also what was there for a moment only. */
export interface RecordingDisk {
  readonly files: FileOperations;
  readonly written: Written[];
  /** Which folder the paths are relative to. */
  readonly under: (folder: string) => void;
}

/** A disk that records. */
export function recordingDisk(): RecordingDisk {
  const written: Written[] = [];
  const temporary = new Map<string, Uint8Array>();
  let root = "";
  const under = (folder: string): void => {
    root = folder;
  };
  const files: FileOperations = {
    ...nodeFiles,
    async create(path) {
      const file = await nodeFiles.create(path);
      return {
        ...file,
        async write(bytes) {
          temporary.set(path, bytes.slice());
          await file.write(bytes);
        },
      };
    },
    async rename(from, to) {
      const bytes = temporary.get(from);
      if (bytes === undefined) throw new Error("a file that was not written here");
      await nodeFiles.rename(from, to);
      written.push({ path: relative(root, to).split(sep).join("/"), bytes });
    },
  };
  return { files, written, under };
}
