import { toHex } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { group, uploadOf } from "../../fixtures/records.ts";
import { channelWorld, posted, uploadIds, withChannel } from "../../fixtures/uploads.ts";
import { asReport, Clock, Person, type ServiceOptions, START, startServices } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { LiveRound } from "./round.ts";

const world = channelWorld();
const GROUP = 262_144;

describe("strangers who fill up what messages of a round may claim", () => {
  const limits = { unclaimed: 16 * GROUP, mailbox: 16 * GROUP, round: 4 * GROUP, reserve: 0 };
  /** Whether an honest reporter can attach something half-way through a round whose first day was junk. */
  const flooded = (uploads: ServiceOptions["uploads"] = {}): Promise<boolean> =>
    new Promise((resolve, reject) => {
      withChannel(
        world,
        async ({ collector, uploads: here, round, clock }) => {
          const attach = async (label: string): Promise<void> => {
            await here.put(round, await posted(world, uploadOf(label), group(label)));
            await collector.report(await asReport(world, new Person(world).submission(), uploadIds(label)));
          };
          const junk = ["a", "b", "c", "d", "e"];
          while (
            await attach(junk.shift() ?? "").then(
              () => true,
              () => false,
            )
          );
          clock.seconds = START + 6000;
          resolve(
            await attach("honest").then(
              () => true,
              () => false,
            ),
          );
        },
        { uploadLimits: limits, uploads },
      ).catch(reject);
    });

  it("end attachments for a while: room opens day by day", async () => expect(await flooded()).toBe(true));

  it("would end them until the close, were all of the room open from the beginning", async () =>
    expect(await flooded({ share: () => 1 })).toBe(false));
});

describe("a disk that is nearly full", () => {
  const limits = { unclaimed: 16 * GROUP, mailbox: 16 * GROUP, round: 16 * GROUP, reserve: 10 * GROUP };
  /** How much is left of a disk with room for 16 groups once a stranger was refused. */
  const left = async (reserve: number): Promise<number> => {
    const disk = new SimulatedDisk();
    const used = (): number => [...disk.files()].reduce((sum, [path, { length }]) => sum + (/uploads|chunks/.test(path) ? length : 0), 0);
    disk.before = () => {
      disk.room = 16 * GROUP - used();
    };
    disk.room = 16 * GROUP;
    let room = 0;
    await withDataFolder(async (folder) => {
      const store = await lowdbStore(folder, { files: disk.under(folder) });
      const clock = new Clock();
      const { uploads, rounds } = await startServices(store, world, { now: clock.now, uploadLimits: { ...limits, reserve } });
      const round = rounds.byId(toHex(world.id)) as LiveRound;
      for (let at = 0; at < 16; at++) {
        const full = await uploads.put(round, await posted(world, uploadOf(`${at}`), group(`${at}`))).then(
          () => "",
          ({ code }) => code as string,
        );
        if (full !== "") expect(full).toBe("ERR_ATTACHMENTS_FULL");
      }
      room = disk.room;
      await store.close();
    });
    return room;
  };

  it("takes no attachment that would leave surveys without room, now or while it is rewritten", async () => {
    expect(await left(limits.reserve)).toBeGreaterThan(limits.reserve);
  });

  it("would be filled by a stranger, were nobody to look at what is free", async () => {
    expect(await left(Number.NEGATIVE_INFINITY)).toBeLessThan(GROUP);
  });
});
