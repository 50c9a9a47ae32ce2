/** The `amana` command as a function, for tests and for programs that drive it. */
export { run } from "./run.ts";
export type { Bar, Io } from "./terminal/io.ts";
