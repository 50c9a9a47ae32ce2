import { describe, expect, it } from "vitest";
import { FairQueue, networkOf } from "./fair-queue.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Tasks that end when they are told, and the order in which they began. */
function floor(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const refused: string[] = [];
  const send = (sender: string, name: string): void =>
    void queue
      .run(sender, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      })
      .catch(() => void refused.push(name));
  const end = async (): Promise<void> => {
    ends.shift()?.();
    await settled();
    await settled();
  };
  return { begun, refused, send, end };
}
const FLOOD = "203.0.113.5";

describe("whoever waits", () => {
  it("takes turns with other senders; in a queue that knows none, waits for a whole flood", async () => {
    const places: number[] = [];
    for (const honest of ["198.51.100.7", FLOOD]) {
      const { begun, send, end } = floor(new FairQueue({ running: 2, waiting: 1000 }));
      for (let at = 0; at < 500; at++) send(FLOOD, "junk");
      send(honest, "honest");
      while (!begun.includes("honest")) await end();
      places.push(begun.indexOf("honest"));
    }
    // Two were running and one was next: behind one address a flood has a place in front of whoever comes after it.
    expect(places).toEqual([3, 500]);
  });

  it("is served in its own order, everyone once in a round", async () => {
    const { begun, send, end } = floor(new FairQueue({ running: 1, waiting: 1000 }));
    for (const name of ["a0", "a1", "a2", "b0", "c0", "b1"]) send(`192.0.2.${name.charCodeAt(0)}`, name);
    for (let at = 0; at < 6; at++) await end();
    expect(begun).toEqual(["a0", "a1", "b0", "c0", "a2", "b1"]);
  });

  it("is answered before the next one begins", async () => {
    const queue = new FairQueue({ running: 1, waiting: 1000 });
    const order: string[] = [];
    const first = queue.run("198.51.100.7", async () => void order.push("done")).then(() => order.push("answered"));
    const second = queue.run(FLOOD, async () => void order.push("next"));
    await Promise.all([first, second]);
    // One that begins with the end of another has its signatures checked while the answer waits.
    expect(order).toEqual(["done", "answered", "next"]);
  });

  it("is bounded: when it is full one of the sender with the most is told to come again, and no other is", async () => {
    const { begun, refused, send, end } = floor(new FairQueue({ running: 1, waiting: 50 }));
    for (let at = 0; at < 1000; at++) send(FLOOD, `junk ${at}`);
    for (let at = 0; at < 10; at++) send("198.51.100.7", `office ${at}`);
    await settled();
    expect(refused.length).toBe(1010 - 51);
    expect(refused.filter((name) => name.startsWith("office"))).toEqual([]);
    while (begun.length < 51) await end();
    expect(begun.filter((name) => name.startsWith("office")).length).toBe(10);
  });

  it("is chosen by lot where all are behind one address: who comes late to a full queue is served, too", async () => {
    const { refused, send } = floor(new FairQueue({ running: 1, waiting: 50 }));
    for (let at = 0; at < 100; at++) send(FLOOD, "junk");
    for (let at = 0; at < 200; at++) send(FLOOD, "honest");
    await settled();
    expect(refused.filter((name) => name === "honest").length).toBeLessThan(200);
  });

  it("leaves nothing behind: no sender, and another salt for the next time", async () => {
    const queue = new FairQueue({ running: 1, waiting: 50 });
    const { send, end } = floor(queue);
    for (const sender of ["192.0.2.1", "192.0.2.2", "192.0.2.2"]) for (const name of ["x", "y"]) send(sender, name);
    expect(queue.load).toEqual({ waiting: 5, senders: 2 });
    for (let at = 0; at < 6; at++) await end();
    expect(queue.load).toEqual({ waiting: 0, senders: 0 });
    await expect(queue.run("192.0.2.1", async () => Promise.reject(new Error("task")))).rejects.toThrow("task");
    expect(await queue.run("192.0.2.1", async () => 7)).toBe(7);
  });
});

describe("a sender's network", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:7:1:2:3:4", "2001:db8:0:7"],
    ["2001:DB8:0000:0007::9", "2001:db8:0:7"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["", ""],
  ])("of %s is %s", (address, network) => expect(networkOf(address)).toBe(network));
});
