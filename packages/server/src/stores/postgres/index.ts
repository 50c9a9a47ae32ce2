export type { Store } from "../store.ts";
export { type PostgresStored, postgresStore } from "./store.ts";
