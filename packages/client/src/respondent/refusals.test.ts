import { newSecretCode, toHex, utf8 } from "@amana/core/bytes";
import { open, openShare, type Share } from "@amana/core/envelope";
import type { ErrorCode } from "@amana/core/errors";
import { type Manifest, manifestTimes, recipients } from "@amana/core/manifest";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { decodeBallot, type Questionnaire } from "@amana/core/questionnaire";
import { decodeSubmission, submissionContext } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { issuerPair, makeRound, makeWorld, START } from "../../test-support/world.ts";
import { openInvitation, openRound } from "../index.ts";
import { fetchProgramme } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { parseInvitationLink } from "./link.ts";
import { Round } from "./round.ts";

/*
 * What a client refuses before it blinds, each attack twice: `openInvitation` refuses, and no request that names the person has left; a client
 * that takes the server's word enrols, and the attack succeeds.
 */

const code = () => newSecretCode(randomBytes);
const posts = (operator: Operator): number => operator.requests.filter(({ method }) => method === "POST").length;

async function refused(operator: Operator, expected: ErrorCode): Promise<void> {
  await expect(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator))).rejects.toMatchObject({ code: expected });
  expect(posts(operator)).toBe(0);
}

/** A client that takes the server's word: for the manifest, its signatures, its keys, the age of the ledger, the questionnaires. */
async function credulous(operator: Operator): Promise<Round> {
  const { round, world } = operator;
  const { manifest, id } = round;
  const transport = new Transport(BASE, operator.fetch);
  const questionnaires: Questionnaire[] = [];
  for (const { questionnaire } of manifest.audiences)
    questionnaires.push(JSON.parse(new TextDecoder().decode(await transport.get(`files/${questionnaire}`))) as Questionnaire);
  const environment = { rng: randomBytes, now: () => new Date((START + 60) * 1000), wait: async () => undefined };
  const seen = { manifest, id, index: operator.entryIndex };
  const source = {
    transport,
    programme: world.programme,
    seen,
    times: manifestTimes(manifest),
    manifestLeaf: new Uint8Array(32),
    ledgerSize: operator.entryIndex + 1,
    questionnaires,
    environment,
    route: null,
  };
  const { codes, audience } = parseInvitationLink(linkOf(operator, "officials", 0));
  return new Round(source, "open", codes, audience);
}

const newOperator = (change: (manifest: Manifest) => Manifest = (same) => same, signers = [0, 1, 2]): Operator => {
  const world = makeWorld();
  return new Operator(world, makeRound(world, { change })).launch(undefined, signers);
};

describe("a trustee that its organisation has not confirmed", () => {
  const mine = [kemKey(randomBytes(32)), kemKey(randomBytes(32))] as const;
  /** Two of three keys are the operator's: it opens every answer alone. The organisations have signed the honest manifest, not this one. */
  const tailored = (): Operator =>
    newOperator(
      (manifest) => ({
        ...manifest,
        trustees: manifest.trustees.map((trustee, at) => ({
          ...trustee,
          kemKey: toHex(mine[at as 0]?.publicKey ?? new Uint8Array()) || trustee.kemKey,
        })),
      }),
      [2],
    );

  it("is refused", () => refused(tailored(), "ERR_COSIGNATURE"));

  it("reads the answer alone, where signatures are not asked for", async () => {
    const operator = tailored();
    let sent = new Uint8Array(0);
    operator.on.set("POST submissions", (body) => {
      sent = new Uint8Array(body);
      return operator.admit(body);
    });
    await (await (await credulous(operator)).enrol(code())).submit({ A1: 5, A2: "a name" });
    const { manifest, id } = operator.round;
    const { envelope, responseKey } = decodeSubmission(sent, manifest);
    const context = submissionContext(id, 0, responseKey, 0);
    const shares = mine.map((key, at) => openShare(envelope, at, key, context) as Share);
    const spec = { recipients: recipients(manifest), threshold: manifest.threshold, context, size: manifest.size };
    const ballot = decodeBallot(operator.world.questionnaires[0] as Questionnaire, await open(envelope, shares, spec));
    expect(ballot).toMatchObject({ answers: { A1: 5, A2: "a name" } });
  });
});

describe("an additional trustee", () => {
  const spare = kemKey(randomBytes(32));
  /** The same organisation a second time, with a key of the operator's: one share more than anyone agreed to. */
  const tailored = (signers: number[]): Operator =>
    newOperator((manifest) => {
      const [first] = manifest.trustees as [Manifest["trustees"][number]];
      return { ...manifest, trustees: [...manifest.trustees, { ...first, kemKey: toHex(spare.publicKey) }] };
    }, signers);

  it("is refused, also with the signatures of the others", () => refused(tailored([0, 1, 2]), "ERR_MANIFEST_INVALID"));

  it("gets a share of every answer, where the list is not checked", async () => {
    const operator = tailored([0, 1, 2]);
    await (await (await credulous(operator)).enrol(code())).submit({ A1: 5 });
    expect(recipients(operator.round.manifest)).toHaveLength(4);
  });
});

describe("one issuer key for two audiences", () => {
  const tailored = (): Operator =>
    newOperator((manifest) => ({
      ...manifest,
      audiences: manifest.audiences.map((audience) => ({
        ...audience,
        issuers: audience.issuers.map((issuer) => ({ ...issuer, spki: toHex(issuerPair(0).key.key.spki) })),
      })),
    }));

  it("is refused", () => refused(tailored(), "ERR_MANIFEST_INVALID"));

  it("would be blinded under, and the invitation spent, by a client that does not compare keys", async () => {
    const operator = tailored();
    await (await credulous(operator)).enrol(code());
    expect(posts(operator)).toBe(1);
  });
});

describe("a weak issuer key", () => {
  const even = (): Operator =>
    newOperator((manifest) => ({
      ...manifest,
      audiences: manifest.audiences.map((audience) => ({
        ...audience,
        issuers: audience.issuers.map((issuer) => ({ ...issuer, spki: issuer.spki.replace(/[0-9a-f]{2}(0203010001)$/, "fe$1") })),
      })),
    }));

  it("is refused; and where the manifest is not checked, blinding itself refuses it", async () => {
    await refused(even(), "ERR_MANIFEST_INVALID");
    const operator = even();
    await expect((await credulous(operator)).enrol(code())).rejects.toMatchObject({ code: "ERR_ISSUER_KEY" });
    expect(posts(operator)).toBe(0);
  });
});

describe("a changed option", () => {
  /** The scale the other way round: who agrees says that they do not. */
  const tailored = (): Operator => {
    const operator = newOperator();
    const [questionnaire] = operator.world.questionnaires as [Questionnaire];
    const scales = questionnaire.scales.map((scale) => ({ ...scale, labels: [...scale.labels].reverse() }));
    const hash = operator.round.manifest.audiences[0]?.questionnaire;
    operator.on.set(`GET files/${hash}`, () => utf8(JSON.stringify({ ...questionnaire, scales })));
    return operator;
  };

  it("is refused by the hash that the trustees signed", () => refused(tailored(), "ERR_QUESTIONNAIRE_MISMATCH"));

  it("would be asked, and answered, by a client that does not hash", async () => {
    const operator = tailored();
    const credential = await (await credulous(operator)).enrol(code());
    expect(credential.questionnaire.scales[0]?.labels[0]).toEqual({ en: "5" });
    await credential.submit({ A1: 1 });
  });
});

describe("a ledger that was set back, or hidden, for longer than the programme allows", () => {
  const stale = (): Operator => {
    const world = makeWorld({ quorum: 1 });
    const operator = new Operator(world, makeRound(world)).launch();
    operator.witnessedAt = START - 8 * 86_400;
    return operator;
  };

  it("is refused", () => refused(stale(), "ERR_LEDGER_STALE"));

  it("would be believed by a client that does not look at the time of the witnesses", async () => {
    const operator = stale();
    await (await credulous(operator)).enrol(code());
    expect(posts(operator)).toBe(1);
  });
});

describe("a second manifest for a round name, that all trustees have signed", () => {
  /** Everything is right with it but that there is another. */
  const twice = async (signers?: number[]) => {
    const operator = newOperator();
    const { secretCode } = await respond(operator, "officials", 0);
    operator.seal();
    const first = operator.entryIndex;
    operator.launch(makeRound(operator.world, { firstIssuer: 2 }), signers);
    const second = operator.entryIndex;
    operator.entryIndex = first;
    return { operator, secretCode, first, second };
  };

  it("is met by who reads the ledger after the first: nothing is sent", async () => {
    const { operator, secretCode } = await twice();
    const round = await openRound(BASE, "wave-1", clientOptions(operator));
    const before = posts(operator);
    await expect(round.resume(secretCode)).rejects.toMatchObject({ code: "ERR_MANIFEST_SECOND" });
    expect(posts(operator)).toBe(before);
  });

  it("that too few signed is nothing, and stops nobody", async () => {
    const { operator, secretCode } = await twice([0, 1]);
    const back = await (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secretCode);
    await back.submit({ A1: 2 });
  });

  /** What no client can see, and says so: which of two it is shown. Trustees, witnesses and the audit, who read everything, refuse the second. */
  it("parts people into two rounds, where a client trusts the place that the server names", async () => {
    const { operator, first, second } = await twice();
    operator.entryIndex = first;
    const one = await openInvitation(linkOf(operator, "officials", 1), clientOptions(operator));
    operator.entryIndex = second;
    const other = await openInvitation(linkOf(operator, "officials", 1), clientOptions(operator));
    expect(one.manifestId).not.toEqual(other.manifestId);
  });
});

describe("an issuer key of this round in a later one", () => {
  it("is met by who reads the ledger: a round with keys of its own stops nobody", async () => {
    for (const [firstIssuer, expected] of [
      [0, "ERR_MANIFEST_INVALID"],
      [2, null],
    ] as const) {
      const operator = newOperator();
      const { secretCode } = await respond(operator, "officials", 0);
      operator.seal();
      const here = operator.entryIndex;
      operator.launch(makeRound(operator.world, { name: "wave-2", firstIssuer }));
      operator.entryIndex = here;
      const resumed = (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secretCode);
      if (expected === null) await resumed;
      else await expect(resumed).rejects.toMatchObject({ code: expected });
    }
  });
});

describe("a client that no programme was set for", () => {
  it("asks a server nothing at all", async () => {
    const operator = newOperator();
    for (const programme of ["", "1234", undefined as unknown as string])
      await expect(openRound(BASE, "wave-1", { ...clientOptions(operator), programme })).rejects.toMatchObject({
        code: "ERR_CONFIG_INVALID",
      });
    expect(operator.requests).toEqual([]);
    const { name } = await fetchProgramme(new Transport(BASE, operator.fetch), operator.world.pinned.toUpperCase());
    expect(name).toEqual({ en: "Programme" });
  });
});
