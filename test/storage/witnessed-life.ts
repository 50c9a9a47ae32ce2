import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseInvitationLink } from "@amana/client";
import { type InvitationCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { isAmanaError } from "@amana/core/errors";
import { encodeAddCheckpoint, GrowingTree, parseCheckpoint, parseNote } from "@amana/core/ledger";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { createAmana, lowdbStore } from "@amana/server";
import { folderAt, initWitness, Witness, watchLedger, witnessRouter } from "@amana/server/witness";
import express from "express";
import { Deployment, HOUR, ROUND, START } from "../adversary/support/server.ts";
import { forgedLedger } from "../support/forged-ledger.ts";
import type { Twist } from "../support/proxy.ts";
import { lying } from "./life.ts";
import { recordingDisk, type Written } from "./recorder.ts";

/** A round under a quorum of one witness, and all that the server and the witness kept. Paths of the witness's folder begin with `witness/`. */
export async function witnessedLife(): Promise<readonly Written[]> {
  const path = await mkdtemp(join(tmpdir(), "amana-witness-"));
  const older = await mkdtemp(join(tmpdir(), "amana-older-"));
  const disk = recordingDisk();
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const vkey = await initWitness(path, "witness.example", randomBytes);
  const here = await Deployment.start((same) => same, {
    people: 3,
    store: { files: disk.files },
    onFolder: disk.under,
    witness: { vkey, url },
  });
  const written: Written[] = [];
  try {
    await watchLedger(path, here.url, here.pinned, fetch);
    const look = async (): Promise<void> => {
      for (const file of (await lying(path)).files) written.push({ ...file, path: `witness/${file.path}` });
    };
    await look();
    const ledger: { twist: Twist } = { twist: (_, bytes) => bytes };
    const witness = await Witness.open({ folder: folderAt(path), fetch: reading(here.url, ledger), now: () => now(here) });
    app.use(witnessRouter(witness, () => undefined));
    await published(here);
    await look();
    await cp(here.folder, older, { recursive: true, filter: (name) => !name.includes("amana.sock") });

    for (const place of [0, 1]) await (await here.enrol(place)).credential.submit({ A1: "answer" });
    const { codes } = parseInvitationLink(here.links[2] as string);
    const invited = toHex(invitedHash(programmeId(here.amana.programme), ROUND, "customs", codes[0] as InvitationCode));
    await here.amana.operator.replaceInvitation({ round: ROUND, audience: "officials", issuer: "customs", invited, spares: [] });
    await published(here);
    written.push(...(await findOlderCopy(here, older, url)));
    await here.moveTo(START + HOUR + 1);
    await here.moveTo(START + HOUR + 61);
    await published(here);
    await look();
    for (const change of [secondManifest, swapped, swappedAndMore]) {
      await offer(here, witness, ledger, change).catch(() => undefined);
      await look();
    }
    return [...disk.written, ...written];
  } finally {
    await here.stop();
    server.closeAllConnections();
    server.close();
    for (const folder of [path, older]) await rm(folder, { recursive: true, force: true });
  }
}

const now = (here: Deployment): Date => new Date(here.clock.seconds * 1000);

/** How a witness reads the ledger: what the server says, or what its operator makes of it. */
function reading(base: string, ledger: { twist: Twist }) {
  return async (target: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(target, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const twisted = await ledger.twist(target.slice(base.length), bytes);
    return new Response(new Uint8Array(twisted), { status: twisted === bytes ? response.status : 200 });
  };
}

/** Ticks until everything that is logged has been cosigned. */
async function published(here: Deployment): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    await here.moveTo(here.clock.seconds + 1);
    const { ledgerSize, publication } = await here.amana.operator.status();
    if (publication.publicSize === ledgerSize) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("was not cosigned");
}

/** A server on an older copy of the folder, until its witness has shown it what it forgot. */
async function findOlderCopy(here: Deployment, folder: string, url: string): Promise<readonly Written[]> {
  const disk = recordingDisk();
  disk.under(folder);
  const store = await lowdbStore(folder, { files: disk.files });
  const restored = await createAmana({ store, now: () => now(here), autoTick: false, witnesses: [url], log: () => undefined });
  try {
    for (let tries = 0; tries < 200; tries++) {
      here.clock.seconds += 1;
      await restored.tick().catch((error: unknown) => {
        if (!isAmanaError(error, "ERR_LEDGER_BEHIND")) throw error;
      });
      if ((await restored.operator.status()).publication.olderCopy) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await restored.close();
  }
  if (!disk.written.some(({ path }) => path === "older-copy.json")) throw new Error("did not find out");
  return disk.written;
}

const secondManifest = (entries: Uint8Array[]): void => void entries.push(entries[1] as Uint8Array);
const swapped = (entries: Uint8Array[]): void => void entries.reverse();
const swappedAndMore = (entries: Uint8Array[]): void => void entries.reverse().push(entries[0] as Uint8Array);

/** Asks a witness to cosign a ledger that the holder of its key has made. */
async function offer(here: Deployment, witness: Witness, ledger: { twist: Twist }, change: (entries: Uint8Array[]) => void): Promise<void> {
  const own = await here.amana.operator.status();
  ledger.twist = await forgedLedger(here.folder, change);
  const read = async (path: string): Promise<Uint8Array> => ledger.twist(`ledger/${path}`, new Uint8Array(0));
  const checkpoint = new TextDecoder().decode(await read("checkpoint"));
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const tree = new GrowingTree({ read, write: () => Promise.reject(new TypeError("read only")) }, size);
  const proof = size === own.ledgerSize ? [] : await tree.consistencyProof(own.ledgerSize);
  await witness.add(new TextEncoder().encode(encodeAddCheckpoint({ oldSize: own.ledgerSize, proof, checkpoint })));
}
