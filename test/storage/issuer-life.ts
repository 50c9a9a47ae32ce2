import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fetch, openInvitation } from "@amana/client";
import { handInReceipt, issuerLink } from "@amana/client/issuer";
import { formatCode, type InvitationCode, newSecretCode, toHex } from "@amana/core/bytes";
import { invitedHash, parseEnrolmentReceipt } from "@amana/core/credential";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { IssuerDesk, initIssuer, lowdbStore, readSetup } from "@amana/server";
import { Deployment, HOUR, ROUND, START } from "../adversary/support/server.ts";
import { lying } from "./life.ts";
import { recordingDisk, type Written } from "./recorder.ts";

const ORIGIN = "http://127.0.0.1:1/";
const NAME = "university";

/**
 * An issuer in a folder of its own: its offer, enrolments, a replaced and a revoked invitation, a copy of it that lost an enrolment, the objection,
 * the end of its keys. Paths of its folder begin with `issuer/`, those of the operator's server with nothing.
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
    await handInReceipt(here.url, parseEnrolmentReceipt(lost), { ...options, now: new Date(here.clock.seconds * 1000) });
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
