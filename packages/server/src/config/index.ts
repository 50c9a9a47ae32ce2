export { readBrand } from "./brand.ts";
export { type Config, readEnv } from "./config.ts";
export { readDatabase } from "./database.ts";
export { readNotification } from "./notification.ts";
