export { readBrand } from "./brand.ts";
export { type Config, readEnv } from "./config.ts";
