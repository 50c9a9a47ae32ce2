export { type BodySpec, readBody } from "./body.ts";
export { API_POLICY, commonHeaders, formPolicy, releasePolicy, WORKER_POLICY } from "./headers.ts";
export { type LimitOptions, Limits } from "./limits.ts";
export { type ErrorLine, type ErrorLog, errorLog } from "./log.ts";
export { problemReply, statusOf, tellable } from "./problem.ts";
export { BYTES, bytes, JSON_TYPE, json, type Reply, sendReply } from "./reply.ts";
export { type Get, type Methods, type Params, type Post, Routes } from "./routes.ts";
