import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { createAmana, initProgramme, lowdbStore } from "@amana/server";
import { recordingDisk, type Written } from "./recorder.ts";

/** A server that hands its daily message to a mail server, and what it keeps of that. */
export async function notifiedLife(): Promise<readonly Written[]> {
  const parent = await mkdtemp(join(tmpdir(), "amana-notified-"));
  const folder = join(parent, "data");
  const disk = recordingDisk();
  disk.under(folder);
  const mail = mailServer();
  await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", resolve));
  const { port } = mail.address() as AddressInfo;
  const newKey = (): string => toHex(signingKey(randomBytes(32)).publicKey);
  const organisations = ["customs", "chamber"].map((id) => ({ id, name: { en: id }, key: newKey() }));
  await initProgramme(folder, { name: { en: "Trial" }, trial: true, organisations, origin: "http://127.0.0.1/" });
  const to = ["handler@example.org"];
  const notification = { at: 420, from: "amana@example.org", to, server: "127.0.0.1", port, tls: "none", login: null, ca: null } as const;
  const amana = await createAmana({ store: await lowdbStore(folder, { files: disk.files }), autoTick: false, notification });
  try {
    await amana.tick();
    while ((await amana.operator.status()).notification?.handedOver === null) await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    await amana.close();
    mail.close();
    await rm(parent, { recursive: true, force: true });
  }
  return disk.written.filter(({ path }) => path === "notification.json");
}

/** Takes every message. */
function mailServer() {
  return createServer((socket) => {
    let inMessage = false;
    socket.write("220 mail\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (inMessage && !text.endsWith("\r\n.\r\n")) return;
      const begins = !inMessage && /^DATA\r\n$/i.test(text);
      socket.write(inMessage || !begins ? "250 ok\r\n" : "354 go\r\n");
      inMessage = begins;
    });
  });
}
