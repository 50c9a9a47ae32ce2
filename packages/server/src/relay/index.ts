export type { Address, ProcessIo } from "../process.ts";
export { deliverTo, type Fetch } from "./deliver.ts";
export { initRelay, openRelayFolder, type RelayFolder } from "./folder.ts";
export { Relay, type RelayOptions, type RelayRoundStatus } from "./relay.ts";
export type { Deliver, Shuffle } from "./release.ts";
export type { FoundRound } from "./rounds.ts";
export { RELAY_PROMISE_TYPE, relayRouter } from "./router.ts";
export { type RelayIo, type RelaySettings, type RelayStatus, relayStatus, serveRelay } from "./serve.ts";
