export { readBrand } from "./brand.ts";
export { type Config, readEnv } from "./config.ts";
export { readNotification } from "./notification.ts";
