import { generateIssuerKey, type IssuerKeyPair } from "@amana/core/credential";

const pool: Promise<IssuerKeyPair>[] = [];

/** Where one server's issuers' keys come from: primes are slow to find, so every server of a run begins with the first keys again. */
export function issuerKeys(): () => Promise<IssuerKeyPair> {
  let next = 0;
  return () => {
    const at = next++;
    pool[at] ??= generateIssuerKey();
    return pool[at];
  };
}
