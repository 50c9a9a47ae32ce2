import { vector } from "@amana/core/bytes";
import { encodeEntry, type ReplacedEntry, signEntry } from "@amana/core/entries";
import { describe, expect, it } from "vitest";
import { amend, CANCEL, lengthen } from "../../test-support/amendments.ts";
import { Operator } from "../../test-support/operator.ts";
import { BASE } from "../../test-support/people.ts";
import { HOUR, type IssuerPair, makeRound, makeWorld, START } from "../../test-support/world.ts";
import { issuerLink } from "./link.ts";

const [AUDIENCE, ISSUER] = ["officials", "ministry"] as const;

function setting() {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world)).launch();
  const options = { server: BASE, programme: world.pinned, round: "wave-1", fetch: operator.fetch, now: () => new Date(START * 1000) };
  const { signing } = operator.round.issuers.get(`${AUDIENCE}/${ISSUER}`) as IssuerPair;
  const fields = { type: "replaced", audience: AUDIENCE, issuer: ISSUER, invited: "00".repeat(32), by: null } as const;
  const entry = signEntry<ReplacedEntry>(operator.round.manifest, fields, signing);
  const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  return { operator, link: issuerLink(options), entry, bytes: encodeEntry(entry), json };
}

describe("an issuer's way to the operator's server", () => {
  it("finds the round with the times that its amendments made, and that it was cancelled", async () => {
    const { operator, link } = setting();
    const first = amend(operator, lengthen(operator.round.manifest, HOUR));
    expect((await link.findRound())?.times).toEqual(first);
    amend(operator, CANCEL, [0, 1], first);
    expect((await link.findRound())?.times.cancelled).not.toBeNull();
  });

  it("takes for delivered what the public ledger has, and not what the server says", async () => {
    const { operator, link, entry, bytes, json } = setting();
    let index = 0;
    for (const path of ["POST entries", "POST rounds/wave-1/draws"]) operator.on.set(path, () => json({ index }));
    const deliver = [() => link.deliverEntry(bytes), () => link.deliverDraws(vector(bytes))];
    for (const send of deliver) await expect(send()).rejects.toMatchObject({ code: "ERR_LEDGER_INCLUSION" });
    index = operator.entries.length;
    for (const send of deliver) await expect(send()).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
    operator.log(entry);
    for (const send of deliver) await send();
  });
});
