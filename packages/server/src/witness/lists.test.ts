import { concat, fromHex, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { blindedHash, blindSign, type Draw, encodeDraws, invitedHash, openIssuerKey } from "@amana/core/credential";
import { type DrawsEntry, encodeEntry, type KeyDestroyedEntry, type ReplacedEntry, signEntry } from "@amana/core/entries";
import { isAmanaError } from "@amana/core/errors";
import { encodeInvitations, invitationsRoot, type Manifest, manifestId } from "@amana/core/manifest";
import { signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import {
  LogInMemory,
  manifestEntry,
  openWitness,
  programmeEntry,
  someEntry,
  witnessedWorld,
  witnessFolder,
  witnessKey,
} from "../../fixtures/witnesses.ts";
import { witnessStatus } from "./witness.ts";

const key = witnessKey("witness.example/w1");
const base = witnessedWorld([key], 1);
const AUDIENCE = "officials";
const ISSUER = "ministry";
const SPARES = 2;

/** The world's round with lists of invitations as its manifest says: the last two codes of each audience are spares. */
const hashes = base.codes.map((codes, at) =>
  codes.map((code) => invitedHash(programmeId(base.programme), "wave-1", at === 0 ? ISSUER : "chamber", code)),
);
const files = hashes.map((all) => encodeInvitations(all.slice(0, -SPARES), all.slice(-SPARES)));
const manifest: Manifest = {
  ...base.manifest,
  audiences: base.manifest.audiences.map((audience, at) => ({
    ...audience,
    issuers: audience.issuers.map((issuer) => ({
      ...issuer,
      invitations: { count: hashes[at]?.length ?? 0, spares: SPARES, root: invitationsRoot(files[at] as Uint8Array) },
    })),
  })),
};
const world = { ...base, manifest };
const ROUND = toHex(manifestId(manifest));
const keys = base.issuerKeys[`${AUDIENCE}/${ISSUER}`] as { pkcs8: string; reportPkcs8: string; signingSeed: string };
const [answering, reports] = [openIssuerKey(fromHex(keys.pkcs8)), openIssuerKey(fromHex(keys.reportPkcs8))];
const signer = signingKey(fromHex(keys.signingSeed));
const own = hashes[0] as Uint8Array[];

/** What the issuer logs when this invitation is drawn. */
function drawOf(invited: number, wrong = false): Draw {
  const blinded = concat(new Uint8Array(1), new Uint8Array(255).fill(invited + 1));
  const report = concat(new Uint8Array(1), new Uint8Array(255).fill(invited + 101));
  return {
    invitedHash: own[invited] as Uint8Array,
    blindedHash: blindedHash(blinded),
    blindSignature: blindSign(answering, wrong ? report : blinded),
    reportBlindedHash: blindedHash(report),
    reportBlindSignature: blindSign(reports, report),
  };
}

async function watched() {
  const log = new LogInMemory(world);
  const folder = await witnessFolder(new SimulatedDisk(), key, log);
  const serve = (file: Uint8Array): { sha256: string; length: number } => {
    const sha256 = toHex(SHA256(file));
    log.on.set(`files/${sha256}`, () => new Response(new Uint8Array(file)));
    return { sha256, length: file.length };
  };
  const lists = manifest.audiences.map(({ id, issuers }, at) => {
    const names = { audience: id, issuer: issuers[0]?.name ?? "", count: hashes[at]?.length ?? 0 };
    return encodeEntry({ protocol: PROTOCOL, type: "invitations", manifest: ROUND, ...names, ...serve(files[at] as Uint8Array) });
  });
  const draws = (list: readonly Draw[], count = list.length): Uint8Array => {
    const fields = { type: "draws", audience: AUDIENCE, issuer: ISSUER, count, ...serve(encodeDraws(list)) } as const;
    return encodeEntry(signEntry<DrawsEntry>(manifest, fields, signer));
  };
  const replaced = (invited: number, by: number | null): Uint8Array => {
    const hash = by === null ? null : toHex(own[by] as Uint8Array);
    const fields = { type: "replaced", audience: AUDIENCE, issuer: ISSUER, invited: toHex(own[invited] as Uint8Array), by: hash } as const;
    return encodeEntry(signEntry<ReplacedEntry>(manifest, fields, signer));
  };
  const destroyed = (): Uint8Array =>
    encodeEntry(signEntry<KeyDestroyedEntry>(manifest, { type: "key-destroyed", holder: `issuer/${AUDIENCE}/${ISSUER}` }, signer));
  const start = [programmeEntry(world), manifestEntry(world, manifest), ...lists];
  /** What a witness that has just been started says to the log as it is. */
  const verdict = async (): Promise<string> => {
    const { cosigned } = (await witnessStatus(folder)).ledgers[0]?.state ?? { cosigned: { size: 0 } };
    try {
      return (await (await openWitness(folder, log)).add(await log.request(cosigned.size))).kind;
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      return error.code;
    }
  };
  return { log, folder, start, draws, replaced, destroyed, verdict };
}

describe("a witness that reads lists", () => {
  it("fetches, checks and keeps them: invitations, replacements, draws, the end of the keys; over restarts, each file once", async () => {
    const { log, folder, start, draws, replaced, destroyed, verdict } = await watched();
    await log.append(...start);
    expect(await verdict()).toBe("cosigned");
    await log.append(replaced(0, 6), replaced(1, null));
    expect(await verdict()).toBe("cosigned");
    await log.append(draws([drawOf(2), drawOf(6)]));
    expect(await verdict()).toBe("cosigned");
    // A draw that was objected to, then the end.
    await log.append(draws([drawOf(3)]), destroyed(), someEntry());
    expect(await verdict()).toBe("cosigned");
    const fetched = log.asked.filter((path) => path.startsWith("files/"));
    expect(new Set(fetched).size).toBe(fetched.length);
    for (const path of fetched) expect((await folder.read(path))?.length).toBeGreaterThan(0);
  });

  it("asks again for a file that is not there or is another, and cosigns nothing meanwhile", async () => {
    const { log, start, draws, verdict } = await watched();
    await log.append(...start, draws([drawOf(2)]));
    const held = [...log.on].at(-1) as [string, () => Response];
    log.on.delete(held[0]);
    expect(await verdict()).toBe("ERR_LEDGER_MISSING");
    log.on.set(held[0], () => new Response("another"));
    expect(await verdict()).toBe("ERR_LEDGER_MISSING");
    log.on.set(...held);
    expect(await verdict()).toBe("cosigned");
  });

  type Watched = Awaited<ReturnType<typeof watched>>;
  it.each<[string, (setting: Watched) => Uint8Array[], string]>([
    ["a draw that its keys did not sign", ({ draws }) => [draws([drawOf(2, true)])], "ERR_ISSUER_RECORD"],
    ["a draw of a spare that was given to nobody", ({ draws }) => [draws([drawOf(6)])], "ERR_ISSUER_RECORD"],
    ["a draw of an invitation that was replaced", ({ draws, replaced }) => [replaced(0, 6), draws([drawOf(0)])], "ERR_ISSUER_RECORD"],
    ["an invitation that was drawn twice", ({ draws }) => [draws([drawOf(2)]), draws([drawOf(2)])], "ERR_ISSUER_RECORD"],
    ["a list of another length", ({ draws }) => [draws([drawOf(2)], 2)], "ERR_DRAWS_FORMAT"],
    [
      "draws after the keys were destroyed",
      ({ draws, destroyed }) => [draws([drawOf(2)]), destroyed(), draws([drawOf(3)])],
      "ERR_ISSUER_RECORD",
    ],
    ["a second list of invitations", ({ start }) => [start[2] as Uint8Array], "ERR_ISSUER_RECORD"],
  ])("refuses %s, for good", async (_, entries, code) => {
    const setting = await watched();
    await setting.log.append(...setting.start);
    expect(await verdictOf(setting)).toBe("cosigned");
    await setting.log.append(...entries(setting));
    expect(await verdictOf(setting)).toBe(code);
    await setting.log.append(someEntry());
    expect(await verdictOf(setting)).toBe(code);
    expect((await witnessStatus(setting.folder)).evidence.length).toBeGreaterThan(0);
  });
  const verdictOf = ({ verdict }: Watched): Promise<string> => verdict();

  it("refuses invitations that are not the manifest's", async () => {
    const { log, start, verdict } = await watched();
    const other = new Uint8Array(32 * own.length);
    const sha256 = toHex(SHA256(other));
    log.on.set(`files/${sha256}`, () => new Response(other));
    const names = { audience: AUDIENCE, issuer: ISSUER, count: own.length, sha256, length: other.length };
    await log.append(...start.slice(0, 2), encodeEntry({ protocol: PROTOCOL, type: "invitations", manifest: ROUND, ...names }));
    expect(await verdict()).toBe("ERR_INVITATIONS_FORMAT");
  });
});
