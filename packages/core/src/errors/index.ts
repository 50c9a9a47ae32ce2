export { type ErrorCode, SENTENCES } from "./codes.ts";
export { AmanaError, type ErrorDetails, isAmanaError, type Problem } from "./error.ts";
