import { describe, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { Lease } from "./lease.ts";

const MARK = "INSERT INTO amana.writer";

/** A lease on a database that answers everything, but the first mark, which takes too long. `asked`: what was written, in order. */
function leased(): { readonly lease: Lease; readonly asked: string[] } {
  const asked: string[] = [];
  let isSlow = true;
  const ask = async (sql: string): Promise<unknown[]> => {
    if (sql.startsWith("SELECT")) return [];
    asked.push(sql.startsWith(MARK) ? "mark" : sql);
    if (!sql.startsWith(MARK) || !isSlow) return [];
    isSlow = false;
    throw Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
  };
  const session = { ask, lost: false, end: () => undefined };
  return { lease: new Lease({ session: async () => session } as unknown as Database), asked };
}

const turn = <T>(lease: Lease, task: () => Promise<T>): Promise<T> => lease.run(async () => undefined, task);

describe("a process that writes beside others", () => {
  it("writes nothing before the others can know of it: else they would write their entries over its own", async () => {
    const { lease, asked } = leased();
    await turn(lease, async () => {
      await expect(lease.write("first", [])).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
      await lease.write("second", []);
      await lease.write("third", []);
    });
    expect(asked).toEqual(["mark", "mark", "second", "third"]);
  });

  it("and of two at once neither goes before the mark that both need", async () => {
    const { lease, asked } = leased();
    const both = await turn(lease, () => Promise.allSettled([lease.write("first", []), lease.write("second", [])]));
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked).toEqual(["mark"]);
  });
});
