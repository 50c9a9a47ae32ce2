import { constants, createPublicKey, publicEncrypt, verify } from "node:crypto";
import { DRAW_LENGTH } from "@amana/core/credential";
import { PSS_SALT } from "@amana/core/primitives";
import { LEAF_RECORD } from "./leaves.ts";
import type { BenchLedger } from "./ledger.ts";

/**
 * The signature checks of a ledger with nothing around them, in OpenSSL: of each submission the Ed25519 signature, with the import of its key,
 * which is used once, and the RSASSA-PSS token; of each draw the two RSA operations. Seconds of processor time.
 * @throws Error when one is wrong: then the benchmark measures nothing
 */
export function bareSeconds({ leaves, draws, issuer }: BenchLedger): number {
  const pss = { key: issuer.public, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
  const began = process.cpuUsage();
  for (let at = 0; at < leaves.length; at += LEAF_RECORD) {
    const record = leaves.subarray(at, at + LEAF_RECORD);
    const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(record.subarray(0, 32)).toString("base64url") };
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const signed = verify(null, record.subarray(32, 64), key, record.subarray(64, 128));
    if (!signed || !verify("sha384", record.subarray(128, 226), pss, record.subarray(226))) throw new Error("a bare check failed");
  }
  for (let at = 0; at < draws.length; at += DRAW_LENGTH) {
    publicEncrypt({ key: issuer.public, padding: constants.RSA_NO_PADDING }, draws.subarray(at + 64, at + 320));
    publicEncrypt({ key: issuer.reportPublic, padding: constants.RSA_NO_PADDING }, draws.subarray(at + 352, at + 608));
  }
  return cpuSeconds(began);
}

/** Processor time since a moment, seconds: a benchmark's machine has other things to do. */
export function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
