import { encodeVerifierKey } from "@amana/core/ledger";
import { errorLog } from "../http/index.ts";
import type { Fetch } from "../outgoing.ts";
import { type Address, endServer, listen, type ProcessIo, runUntilStopped } from "../process.ts";
import { withLock } from "./folder.ts";
import { witnessRouter } from "./routes.ts";
import { Witness } from "./witness.ts";

export interface WitnessIo extends ProcessIo {
  readonly now?: (() => Date) | undefined;
  readonly fetch?: Fetch | undefined;
}

/** Runs a witness until it is told to stop. @returns the exit code, as `serve` */
export function serveWitness(path: string, address: Address, io: WitnessIo): Promise<number> {
  return runUntilStopped(io, async (stopped) => {
    const { server, url, mount } = await listen(address);
    try {
      await withLock(path, async (folder) => {
        const { now, fetch } = io;
        const witness = await Witness.open({ folder, ...(now === undefined ? {} : { now }), ...(fetch === undefined ? {} : { fetch }) });
        mount(
          witnessRouter(
            witness,
            errorLog((line) => io.warn(JSON.stringify(line))),
          ),
        );
        io.say(`Witness ${encodeVerifierKey(witness.key)}`);
        io.say(`It listens at ${url}`);
        io.onListening?.(url);
        await stopped;
        await endServer(server);
        await witness.idle();
        io.say("Stopped.");
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}
