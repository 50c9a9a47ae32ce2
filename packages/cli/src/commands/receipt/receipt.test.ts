import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROTOCOL, toHex } from "@amana/core/bytes";
import { encodeVerifierKey, inclusionProof, leafHash, merkleRoot, noteKey, signCheckpoint } from "@amana/core/ledger";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeProgramme, type Programme, programmeId } from "@amana/core/programme";
import { encodeReceiptProof, signPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";

const log = noteKey("feedback.example", randomBytes(32));
const promiseKey = signingKey(randomBytes(32));
const programme: Programme = {
  protocol: PROTOCOL,
  revision: 0,
  name: { en: "Programme" },
  trial: true,
  organisations: [{ id: "customs", name: { en: "Customs" }, key: toHex(signingKey(randomBytes(32)).publicKey) }],
  ledger: { origin: log.name, vkey: encodeVerifierKey(log) },
  promiseKey: toHex(promiseKey.publicKey),
  witnesses: [],
  quorum: 0,
  freshnessDays: 7,
};
const id = toHex(programmeId(programme));
const leaves = [1, 2, 3, 4, 5].map((byte) => leafHash(Uint8Array.of(byte)));
const proofOf = (index: number): string =>
  encodeReceiptProof({
    promise: signPromise({ manifestId: new Uint8Array(32).fill(7), leafHash: leaves[3] as Uint8Array, epoch: 0 }, promiseKey),
    index,
    proof: inclusionProof(leaves, index),
    checkpoint: signCheckpoint({ origin: log.name, size: 5, root: merkleRoot(leaves), extensions: [] }, log),
  });

/** A folder with a proof in it, and `amana` without a network but for the programme's document. */
const withProof = (use: (amana: (...line: string[]) => ReturnType<typeof amanaIn>, path: (name: string) => string) => Promise<void>) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "own.tlog-proof"), proofOf(3));
    await writeFile(join(folder, "forged.tlog-proof"), proofOf(2));
    await writeFile(join(folder, "programme.json"), encodeProgramme(programme));
    await use(
      (...line) => amanaIn(folder, line),
      (name) => join(folder, name),
    );
  });

async function amanaIn(folder: string, line: readonly string[]) {
  const { io, written } = testIo({
    environment: { AMANA_PINS: join(folder, "pins.json") },
    fetch: (url) =>
      url === "https://feedback.example/programme"
        ? Promise.resolve(new Response(new Uint8Array(encodeProgramme(programme))))
        : Promise.reject(new Error("no network")),
  });
  return { code: await run(line, io), written };
}

describe("amana receipt verify", () => {
  it("proves offline what the pinned programme's ledger holds, and nothing else", () =>
    withProof(async (amana, path) => {
      expect((await amana("trust", "https://feedback.example/", "--yes")).code).toBe(0);
      const { code, written } = await amana("receipt", "verify", path("own.tlog-proof"));
      expect(code).toBe(0);
      expect(written.results).toEqual([{ verified: true, programme: id, manifest: "07".repeat(32), index: 3, witnesses: [] }]);
      const forged = await amana("receipt", "verify", path("forged.tlog-proof"), "--programme", id);
      expect(forged.code).toBe(1);
      expect(forged.written.results).toEqual([{ verified: false, programme: id, error: "ERR_LEDGER_INCLUSION" }]);
    }));

  it("takes the programme from a file, and says that its digits are still to be compared", () =>
    withProof(async (amana, path) => {
      const { code, written } = await amana("receipt", "verify", path("own.tlog-proof"), "--programme", path("programme.json"));
      expect(code).toBe(0);
      expect(written.warned.join()).toContain("Compare these digits");
    }));

  it("says what is missing where it cannot check", () =>
    withProof(async (amana, path) => {
      const error = async (...line: string[]) => {
        const { code, written } = await amana("receipt", "verify", ...line);
        expect(code).toBe(2);
        return (written.results[0] as { error: string }).error;
      };
      expect(await error(path("own.tlog-proof"))).toBe("ERR_PROGRAMME_MISMATCH");
      expect(await error(path("own.tlog-proof"), "--programme", "11".repeat(32))).toBe("ERR_PROGRAMME_MISMATCH");
      expect(await error(path("own.tlog-proof"), "--programme", path("own.tlog-proof"))).toBe("ERR_CONFIG_INVALID");
      expect(await error(path("none"))).toBe("ERR_SYSTEM");
    }));
});
