export { type Risk, risksIn } from "./risk.ts";
