/** Wrote ../fixtures/issuer-keys.json, once: RSA keys are slow to make, and tests need the same ones. Everybody knows them. */
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";

const make = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 65537 })
    .privateKey.export({ format: "der", type: "pkcs8" })
    .toString("hex");
const names = ["officials", "officials second", "private sector", "another round"];
const keys = names.map((name) => ({ name, answering: make(), reports: make() }));
const provenance = "RSA-2048 keys (PKCS #8) made for tests with node:crypto by vectors/make-issuer-keys.mjs. Everybody knows them.";
writeFileSync(new URL("../fixtures/issuer-keys.json", import.meta.url), `${JSON.stringify({ provenance, keys }, null, 2)}\n`);
