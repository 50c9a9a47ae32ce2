import type { Bar, Io } from "./io.ts";

/** Runs long work with a bar that appears with its first step and is gone when the work ends, however it ends. */
export async function withBar<T>(io: Io, label: string, work: (progress: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  let bar: Bar | null = null;
  try {
    return await work((done, total) => {
      bar ??= io.progress(label, total);
      bar.update(done);
    });
  } finally {
    (bar as Bar | null)?.stop();
  }
}
