import { readEnv, serve as run } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";

export const serve: Command = {
  name: "serve",
  summary: "Run the reference server until it is told to stop.",
  positionals: [],
  options: {
    data: { type: "string", value: "FOLDER", describe: "data folder (AMANA_DATA)" },
    host: { type: "string", value: "HOST", describe: "address to listen on (AMANA_HOST, 127.0.0.1)" },
    port: { type: "string", value: "PORT", describe: "port to listen on (AMANA_PORT, 8080)" },
  },
  examples: ["amana serve --data ./data", "AMANA_DATA=./data AMANA_PORT=8081 amana serve"],
  async run({ values }, io) {
    const given = { AMANA_DATA: text(values, "data"), AMANA_HOST: text(values, "host"), AMANA_PORT: text(values, "port") };
    const environment = { ...io.environment, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
    return run(readEnv(environment), { say: io.say, warn: io.warn });
  },
};
