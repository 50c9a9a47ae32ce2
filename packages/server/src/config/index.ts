export { readBrand } from "./brand.ts";
export { type Config, readConfig, readEnv, SETTING_NAMES } from "./config.ts";
export { readDatabase } from "./database.ts";
export { readNotification } from "./notification.ts";
