/** An always-on witness of ledgers: what `amana witness` runs. */
export type { Address, ProcessIo } from "../process.ts";
export type { Evidence } from "./evidence.ts";
export { folderAt, initWitness, statusOfWitness, watchLedger } from "./folder.ts";
export type { WatchedState } from "./model.ts";
export { witnessRouter } from "./routes.ts";
export { serveWitness, type WitnessIo } from "./serve.ts";
export type { Cosigned } from "./watched.ts";
export { type WatchedStatus, Witness, type WitnessOptions } from "./witness.ts";
