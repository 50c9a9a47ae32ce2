import { fromHex, H, type InvitationCode, newSecretCode, SHA256, TAGS, toHex, utf8 } from "@amana/core/bytes";
import {
  blindedHash,
  blindSign,
  checkDraw,
  type Draw,
  decodeEnrolment,
  type EnrolmentReceipt,
  encodeDraws,
  encodeEnrolmentReceipt,
  invitedHash,
  openIssuerKey,
  signEnrolmentReceipt,
} from "@amana/core/credential";
import { type DrawsEntry, signEntry } from "@amana/core/entries";
import { type Manifest, manifestId, roundIssuers } from "@amana/core/manifest";
import { randomBytes, type SigningKey, signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { enrol, enrolment, goLive, type Live } from "../fixtures/client.ts";
import { HOUR, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import { encodeDelivery } from "./services/issuing.ts";

const RECEIPT = "application/vnd.amana.enrolment-receipt";
const CLOSE = START + HOUR;

/** A server with a live round, and the issuer's keys as its folder has them. */
const withRound = (use: (server: Running, live: Live, keys: Record<"pkcs8" | "reportPkcs8" | "signingSeed", string>) => Promise<void>) =>
  withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      const live = await goLive(server, holders);
      const document = await server.store.readDocument(`rounds/${toHex(manifestId(live.manifest))}/issuer-keys`);
      await use(server, live, (document as Record<string, never>)["officials/customs"] as never);
    } finally {
      await server.close();
    }
  });

/** A draw that the issuer signs, and forgets. */
function forgotten(server: Running, { manifest, codes }: Live, keys: { pkcs8: string; reportPkcs8: string }, place: number): Draw {
  const code = codes[place] as InvitationCode;
  const { blinded, reportBlinded } = decodeEnrolment(enrolment(manifest, code, newSecretCode(randomBytes)).request);
  return {
    invitedHash: invitedHash(programmeId(server.amana.programme), manifest.round, "customs", code),
    blindedHash: blindedHash(blinded),
    blindSignature: blindSign(openIssuerKey(fromHex(keys.pkcs8)), blinded),
    reportBlindedHash: blindedHash(reportBlinded),
    reportBlindSignature: blindSign(openIssuerKey(fromHex(keys.reportPkcs8)), reportBlinded),
  };
}

function receiptOf(manifest: Manifest, draw: Draw, key: SigningKey): Uint8Array {
  const place = { manifestId: manifestId(manifest), audience: 0, issuer: "customs" };
  const receipt: EnrolmentReceipt = { ...place, draw, signature: signEnrolmentReceipt(place, draw, key) };
  return encodeEnrolmentReceipt(receipt);
}

const object = (server: Running, body: Uint8Array) => server.call("issuers/customs/objections", body, RECEIPT);
const draws = async (server: Running) => (await server.amana.operator.status()).ledgerSize;

describe("an objection", () => {
  it("makes the issuer log what it signed and lost, once, in its time", () =>
    withRound(async (server, live, keys) => {
      await enrol(server, live, 0);
      const key = signingKey(fromHex(keys.signingSeed));
      const receipt = receiptOf(live.manifest, forgotten(server, live, keys, 1), key);
      expect((await object(server, receipt)).code).toBe("ERR_ROUND_NOT_OPEN");
      server.clock.seconds = CLOSE;
      await server.amana.tick();
      const before = await draws(server);
      expect((await object(server, receipt)).status).toBe(200);
      expect(await draws(server)).toBe(before + 1);
      expect((await object(server, receipt)).status).toBe(200);
      expect(await draws(server)).toBe(before + 1);
      // Another draw for the same invitation: refused, and the receipt convicts.
      expect((await object(server, receiptOf(live.manifest, forgotten(server, live, keys, 0), key))).code).toBe("ERR_INVITATION_USED");
      expect((await object(server, receiptOf(live.manifest, forgotten(server, live, keys, 7), key))).code).toBe("ERR_INVITATION_UNKNOWN");
      server.clock.seconds = CLOSE + 60;
      expect((await object(server, receiptOf(live.manifest, forgotten(server, live, keys, 2), key))).code).toBe("ERR_ROUND_CLOSED");
    }));

  it("of a stranger, with a draw from nothing, is refused; were its blind signature the proof, the draw would be logged", () =>
    withRound(async (server, live, keys) => {
      server.clock.seconds = CLOSE;
      await server.amana.tick();
      const stranger = receiptOf(live.manifest, forgotten(server, live, keys, 1), signingKey(randomBytes(32)));
      expect((await object(server, stranger)).code).toBe("ERR_ENROLMENT_RECEIPT");
      const [issuer] = roundIssuers(live.manifest, 0);
      expect(issuer && checkDraw(forgotten(server, live, keys, 1), issuer)).toBe(true);
    }));
});

describe("a delivery of draws", () => {
  it("for an issuer of this server is refused, whoever signs it", () =>
    withRound(async (server, { manifest }, keys) => {
      server.clock.seconds = CLOSE;
      const file = encodeDraws([]);
      const fields = { audience: "officials", issuer: "customs", count: 0, sha256: toHex(SHA256(file)), length: 0 };
      for (const seed of [fromHex(keys.signingSeed), H(TAGS.draws, utf8("a stranger"))]) {
        const entry = signEntry<DrawsEntry>(manifest, { type: "draws", ...fields }, signingKey(seed));
        const sent = await server.call("rounds/wave-1/draws", encodeDelivery(entry, file), "application/vnd.amana.draws");
        expect(sent.code).toBe("ERR_ENTRY_REFUSED");
      }
    }));
});
