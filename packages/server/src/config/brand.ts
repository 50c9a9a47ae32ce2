import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { checkSchema } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { type Brand, brandSchema } from "../services/form-files.ts";

/** Reads a brand file; its logo's path is relative to the file. @throws ERR_CONFIG_INVALID with every mistake */
export async function readBrand(file: string): Promise<Brand> {
  try {
    const brand = checkSchema(JSON.parse(await readFile(file, "utf8")), brandSchema);
    return brand.logo === undefined ? brand : { ...brand, logo: resolve(dirname(file), brand.logo) };
  } catch (error) {
    const problems = isAmanaError(error) ? error.details.problems : undefined;
    throw new AmanaError("ERR_CONFIG_INVALID", {
      problems: (problems ?? [{ path: "", message: "cannot be read as JSON" }]).map(({ path, message }) => ({
        path: `/AMANA_BRAND${path}`,
        message,
      })),
    });
  }
}
