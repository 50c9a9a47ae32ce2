import { resolve } from "node:path";
import { serveIssuer } from "@amana/server";
import { type Command, text, UsageError, wholeNumber } from "../../terminal/command.ts";
import { FOLDER_OPTION, linkFor } from "./folder.ts";

export const issuerServe: Command = {
  name: "issuer serve",
  summary: "Run one issuer: it enrols, publishes its draws, takes objections and destroys its keys.",
  positionals: [],
  options: {
    ...FOLDER_OPTION,
    host: { type: "string", value: "HOST", describe: "address to listen on (127.0.0.1)" },
    port: { type: "string", value: "PORT", describe: "port to listen on (8090)" },
    base: { type: "string", value: "PATH", describe: "path with slashes at both ends (/)" },
  },
  examples: ["amana issuer serve --data ./issuer --port 8090"],
  notes: [
    "It waits until its round is live, checks that the round has exactly what it offered, and tries again while the operator's server is away.",
    "With --json the result is written once it answers.",
  ],
  async run({ values }, io) {
    const base = text(values, "base") ?? "/";
    if (!/^\/([A-Za-z0-9._-]+\/)*$/.test(base)) throw new UsageError("--base takes a path with slashes at both ends");
    const data = resolve(text(values, "data", true));
    const config = { data, host: text(values, "host") ?? "127.0.0.1", port: wholeNumber(values, "port") ?? 8090, base };
    const warn = (line: string): void => {
      const [, message, error] = /^amana: (.*) \((ERR_[A-Z_]+)\)$/.exec(line) ?? [];
      if (error !== undefined && !line.includes("tried again")) io.result({ error, message, problems: [] });
      io.warn(line);
    };
    return serveIssuer(config, {
      say: io.say,
      warn,
      now: io.now,
      stop: io.stop,
      link: linkFor(io),
      onListening: (url) => io.result({ url }),
    });
  },
};
