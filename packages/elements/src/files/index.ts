/** Files that a reporter attaches: what they are, what they give away, and pictures without what is beside them. */
export { ACCEPT } from "./accept.ts";
export { type FileKind, knownFile } from "./kinds.ts";
export { type PreparedFile, prepareFile, type Redraw } from "./prepare.ts";
export { imageTraces, type Trace } from "./traces.ts";
