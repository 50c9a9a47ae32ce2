import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fetch, openInvitation, parseInvitationLink } from "@amana/client";
import { handInReceipt, issuerLink } from "@amana/client/issuer";
import { formatCode, fromHex, type InvitationCode, newSecretCode, toHex } from "@amana/core/bytes";
import {
  blindedHash,
  blindSign,
  type Draw,
  type EnrolmentReceipt,
  invitedHash,
  openIssuerKey,
  parseEnrolmentReceipt,
  signEnrolmentReceipt,
} from "@amana/core/credential";
import { manifestId } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { IssuerDesk, initIssuer, lowdbStore, readSetup } from "@amana/server";
import { Deployment, HOUR, ROUND, START } from "../adversary/support/server.ts";
import { lying } from "./life.ts";
import { recordingDisk, type Written } from "./recorder.ts";

const ORIGIN = "http://127.0.0.1:1/";
const NAME = "university";
/** The operator's own issuer. */
const OWN = "customs";

/**
 * An issuer in a folder of its own: its offer, enrolments, a replaced and a revoked invitation, a copy of it that lost an enrolment, an objection to it and one
 * to the operator's own issuer, the end of its keys. Paths of its folder begin with `issuer/`, those of the operator's server with nothing.
 */
export async function issuerLife(): Promise<readonly Written[]> {
  const path = await mkdtemp(join(tmpdir(), "amana-issuer-"));
  const older = await mkdtemp(join(tmpdir(), "amana-issuer-older-"));
  const [disk, own] = [recordingDisk(), recordingDisk()];
  let codes: readonly InvitationCode[] = [];
  const first: Written[] = [];
  const here = await Deployment.start((same) => same, {
    people: 4,
    store: { files: disk.files },
    onFolder: disk.under,
    offer: async (server, programme) => {
      const place = { programme, round: ROUND, audience: "officials", name: NAME, origin: ORIGIN, handedOutBy: "bar" };
      const made = await initIssuer(path, { ...place, server, count: 5, spares: 1 });
      codes = made.codes;
      first.push(...(await lying(path)).files);
      return { offer: made.offer };
    },
  });
  let desk: IssuerDesk | null = null;
  const open = async (folder: string): Promise<IssuerDesk> => {
    await desk?.close();
    own.under(folder);
    const store = await lowdbStore(folder, { files: own.files });
    const setup = await readSetup(store);
    const now = (): Date => new Date(here.clock.seconds * 1000);
    const link = issuerLink({ server: here.url, programme: here.pinned, round: ROUND, now });
    desk = await IssuerDesk.open(store, setup, link, now);
    await desk.tick();
    return desk;
  };
  try {
    let running = await open(path);
    await cp(path, older, { recursive: true, filter: (name) => !name.includes("amana.sock") });
    const options = here.options(reaching(() => running));
    const enrol = async (place: number): Promise<string> => {
      const round = await openInvitation(`${here.links[place]}.${formatCode(codes[place] as InvitationCode)}`, options);
      const credential = await round.enrol(newSecretCode(randomBytes));
      await credential.submit({ A1: "answer" });
      return credential.enrolmentReceipts[1] as string;
    };
    const lost = await enrol(0);
    running = await open(older);
    await enrol(1);
    const hash = (at: number): string => toHex(invitedHash(programmeId(here.amana.programme), ROUND, NAME, codes[at] as InvitationCode));
    await running.replace(hash(2), [hash(4)]);
    await running.replace(hash(3), []);

    await here.moveTo(START + HOUR + 1);
    await running.tick();
    for (const receipt of [parseEnrolmentReceipt(lost), await forgotten(here)])
      await handInReceipt(here.url, receipt, { ...options, now: new Date(here.clock.seconds * 1000) });
    await here.moveTo(START + HOUR + 61);
    await running.tick();
    if (running.status().state !== "keys destroyed" || running.status().drawsLogged !== 2)
      throw new Error(JSON.stringify(running.status()));
    await running.close();
    desk = null;
    const files = [...first, ...own.written, ...(await lying(older)).files];
    return [...disk.written, ...files.map((file) => ({ ...file, path: `issuer/${file.path}` }))];
  } finally {
    await (desk as IssuerDesk | null)?.close();
    await here.stop();
    for (const folder of [path, older]) await rm(folder, { recursive: true, force: true });
  }
}

/** The receipt of a draw that the operator's own issuer signed and did not keep. */
async function forgotten(here: Deployment): Promise<{ readonly round: string; readonly receipt: EnrolmentReceipt }> {
  const id = manifestId(await here.manifest());
  const document = JSON.parse(await readFile(join(here.folder, "rounds", toHex(id), "issuer-keys.json"), "utf8")) as {
    data: Record<string, { pkcs8: string; reportPkcs8: string; signingSeed: string }>;
  };
  const { pkcs8 = "", reportPkcs8 = "", signingSeed = "" } = document.data[`officials/${OWN}`] ?? {};
  const [code] = parseInvitationLink(here.links[3] as string).codes;
  const blinded = new Uint8Array(256).fill(3, 200);
  const draw: Draw = {
    invitedHash: invitedHash(programmeId(here.amana.programme), ROUND, OWN, code as InvitationCode),
    blindedHash: blindedHash(blinded),
    blindSignature: blindSign(openIssuerKey(fromHex(pkcs8)), blinded),
    reportBlindedHash: blindedHash(blinded),
    reportBlindSignature: blindSign(openIssuerKey(fromHex(reportPkcs8)), blinded),
  };
  const place = { manifestId: id, audience: 0, issuer: OWN };
  const signature = signEnrolmentReceipt(place, draw, signingKey(fromHex(signingSeed)));
  return { round: ROUND, receipt: { ...place, draw, signature } };
}

/** What the issuer's address is to clients. */
function reaching(desk: () => IssuerDesk): Fetch {
  return async (url, init) => {
    if (!url.startsWith(ORIGIN)) return fetch(url, init);
    const body = new Uint8Array(init?.body as Uint8Array);
    if (new URL(url).pathname.endsWith("/enrolments")) return new Response(new Uint8Array(await desk().enrol(NAME, body)));
    await desk().object(NAME, body);
    return new Response("{}");
  };
}
