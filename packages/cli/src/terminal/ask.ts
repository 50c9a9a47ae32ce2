import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Reads a line from the terminal; a hidden one is not echoed. Null without a terminal, or when its input ends. Ctrl-C ends the process. */
export function ask(question: string, hidden: boolean): Promise<string | null> {
  if (!process.stdin.isTTY) return Promise.resolve(null);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true, historySize: 0 });
  let answer: string | null = null;
  let interrupted = false;
  return new Promise((resolve) => {
    reader.on("line", (line) => {
      answer = line;
      reader.close();
    });
    reader.on("SIGINT", () => {
      interrupted = true;
      reader.close();
    });
    // Closing gives the terminal back as it was.
    reader.on("close", () => {
      if (hidden || answer === null) process.stderr.write("\n");
      if (interrupted) process.kill(process.pid, "SIGINT");
      else resolve(answer);
    });
    // Only now: what is typed after the question is seen is not echoed.
    process.stderr.write(question);
  });
}
