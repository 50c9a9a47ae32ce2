import { Inbox, openedInMemory, readChannel } from "@amana/client/handler";
import { openChannel } from "@amana/client/reporter";
import { LedgerView, Transport } from "@amana/client/trustee";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { junkFor } from "../bench/flood/messages.ts";
import { Poster } from "../bench/flood/post.ts";
import { CHANNEL, launchChannel, reportsDraft } from "./support/channel.ts";
import { Deployment, type Holder } from "./support/server.ts";

const WAITING = 20;
const JUNK = 120;

describe("a flood of reports with valid work", () => {
  it("waits in a bounded line, refuses no honest message from elsewhere, and hides no case from handlers", async () => {
    const here = await Deployment.start((same) => same, { people: 3, limits: { strangers: 1, waiting: WAITING } });
    try {
      const keys = { signing: (here.holders[0] as Holder).signing, kem: kemKey(randomBytes(32)) };
      await launchChannel(here, reportsDraft(here, await here.manifest(), keys), keys);
      const transport = new Transport(here.url);
      const channel = await openChannel(here.url, CHANNEL, here.options());
      await channel.report(channel.newSecretCode(), { locale: "en", fields: {}, text: "what happened" });
      const opened = openedInMemory();
      const open = async (): Promise<Inbox> => {
        const now = new Date(here.clock.seconds * 1000);
        const history = await readChannel(transport, await LedgerView.fetch(transport, channel.programme, now), CHANNEL);
        return Inbox.open({ transport, channel: history, keys, now, opened });
      };
      while ((await (await open()).openMore()) > 0);
      const before = (await open()).cases.map(({ reference }) => reference);

      const flood = new Poster(here.url, "127.0.0.2", JUNK);
      const office = new Poster(here.url, "127.0.0.1", 5);
      const made: Uint8Array[] = [];
      for await (const message of junkFor(channel.manifest)) if (made.push(message) === JUNK + 5) break;
      const junk = made.slice(5).map((message) => flood.post(message));
      const honest = made.slice(0, 5).map((message) => office.post(message));
      expect(await Promise.all(honest)).toEqual([200, 200, 200, 200, 200]);
      const statuses = await Promise.all(junk);
      expect(new Set(statuses)).toEqual(new Set([200, 503]));
      for (const poster of [flood, office]) poster.close();

      const after = await open();
      expect(after.cases.map(({ reference }) => reference)).toEqual(before);
      expect(before).toHaveLength(1);
      expect(after.waiting).toBe(5 + statuses.filter((status) => status === 200).length);
    } finally {
      await here.stop();
    }
  });
});
