export type { Store } from "../store.ts";
export { memoryStore } from "./store.ts";
