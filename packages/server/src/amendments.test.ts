import { encodeJson, newSecretCode, toHex } from "@amana/core/bytes";
import { type DocumentedEntry, type ShareListEntry, signEntry } from "@amana/core/entries";
import { type AmanaError, isAmanaError } from "@amana/core/errors";
import { type Amendment, type AmendmentChange, type Manifest, manifestId, manifestTimes, nextAmendment } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { amend, cosignature, lengthen, proposed, signProposal } from "../fixtures/amendments.ts";
import { ENROLMENT, enrol, enrolment, fetchBody, goLive, type Live, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, reportsDraft, START, surveyDraft } from "../fixtures/drafts.ts";
import { relayDraft } from "../fixtures/encapsulate.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { forAnotherRound, type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import { lowdbStore } from "./index.ts";
import { checkStore } from "./services/check-store.ts";
import { openLedger } from "./services/ledger.ts";
import { loadProgramme } from "./services/programme.ts";

const CLOSE = START + HOUR;
const CANCEL: AmendmentChange = { kind: "cancel", reason: { en: "The list of people was wrong." } };

interface Case {
  readonly folder: string;
  readonly server: Running;
  readonly holders: readonly Holder[];
  readonly live: Live;
  readonly manifest: Manifest;
  /** Stops the server and starts it again. */
  restart(between?: (folder: string) => Promise<void>): Promise<Running>;
}

/** A live survey with one answer that waits. */
function liveRound(use: (given: Case) => Promise<void>, draft = surveyDraft): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    let server = await startServer(folder);
    try {
      const live = await goLive(server, holders, draft(holders));
      const restart: Case["restart"] = async (between = async () => undefined) => {
        const { seconds } = server.clock;
        await server.close();
        await between(folder);
        server = await startServer(folder);
        server.clock.seconds = seconds;
        return server;
      };
      await use({ folder, server, holders, live, manifest: live.manifest, restart });
      expect(server.log).toEqual([]);
    } finally {
      await server.close();
    }
  });
}

/** Every JSON entry of a folder's ledger that no server holds. */
async function documents(folder: string): Promise<DocumentedEntry[]> {
  const store = await lowdbStore(folder);
  try {
    const { programme, ledgerKey } = await loadProgramme(store);
    const ledger = await openLedger({ store, origin: programme.ledger.origin, key: ledgerKey });
    return ledger.documents.map(({ entry }) => entry);
  } finally {
    await store.close();
  }
}

async function problems(task: Promise<unknown>): Promise<string[]> {
  const error = await task.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(isAmanaError(error, "ERR_AMENDMENT_INVALID"), String(error)).toBe(true);
  return ((error as AmanaError).details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
}

const state = async (server: Running) => ((await server.call("rounds/wave-1")).json() as { state: string }).state;
const send = async (server: Running, live: Live, place: number) =>
  (await server.call("submissions", submission(live.manifest, await enrol(server, live, place)), SUBMISSION)).code;

describe("a round that is lengthened", () => {
  it("takes answers and enrolments for longer, and is sealed, closed and opened by its new times", () =>
    liveRound(async ({ server, holders, live, manifest }) => {
      expect(await amend(server, manifest, holders, lengthen(manifest, HOUR))).toBe(true);
      expect((await server.call("rounds/wave-1")).json()).toMatchObject({ state: "open", amendments: [3] });
      server.clock.seconds = CLOSE + 60;
      await server.amana.tick();
      expect(await send(server, live, 0)).toBe("");
      expect(await state(server)).toBe("open");
      server.clock.seconds = CLOSE + HOUR;
      expect(
        (
          await server.call(
            "submissions",
            submission(manifest, { secret: newSecretCode(randomBytes), token: new Uint8Array(354) }),
            SUBMISSION,
          )
        ).code,
      ).toBe("ERR_ROUND_CLOSED");
      await server.amana.tick();
      expect(await state(server)).toBe("closed");
    }));

  it("stays so after a restart", () =>
    liveRound(async ({ server, holders, live, manifest, restart }) => {
      await amend(server, manifest, holders, lengthen(manifest, HOUR));
      server.clock.seconds = CLOSE + 60;
      const again = await restart();
      await again.amana.tick();
      expect(await send(again, live, 0)).toBe("");
      // The next amendment hangs on the first.
      expect(await amend(again, manifest, holders, { kind: "close-early", answeringClose: CLOSE + 120 })).toBe(true);
      again.clock.seconds = CLOSE + 120;
      await again.amana.tick();
      expect(await state(again)).toBe("closed");
    }));

  it("is not lengthened once answering has closed, by whoever has signed", () =>
    liveRound(async ({ server, holders, manifest }) => {
      await server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, HOUR) });
      server.clock.seconds = CLOSE;
      expect((await server.call("amendments")).json()).toEqual({ amendments: [] });
      expect(await signProposal(server, manifest, holders, [0])).toBe("ERR_AMENDMENT_INVALID");
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, HOUR) }))).toEqual([
        "/change/answeringClose too late: answering has closed",
      ]);
      await server.amana.tick();
      // A clock that is set back opens nothing again.
      server.clock.seconds = CLOSE - 60;
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, HOUR) }))).toEqual([
        "/ too late: the ledger is past that",
      ]);
      expect(await state(server)).toBe("closed");
    }));
});

describe("a proposal", () => {
  it("is logged when enough have signed, once, and not before", () =>
    liveRound(async ({ server, holders, manifest }) => {
      const { operator } = server.amana;
      const change = lengthen(manifest, HOUR);
      expect(await operator.proposeAmendment({ round: "wave-1", change })).toEqual({
        round: "wave-1",
        change,
        needed: 2,
        cosigned: [],
        missing: ["customs", "bar", "chamber"],
      });
      const { ledgerSize } = await operator.status();
      expect((await server.call("amendments")).json()).toEqual({ amendments: ["wave-1"] });
      expect(await signProposal(server, manifest, holders, [2, 2])).toBe(false);
      const amendment = await proposed(server, "wave-1");
      const body = encodeJson(cosignature(manifest, amendment, 2, holders[2] as Holder));
      expect((await operator.status()).amendments).toMatchObject([{ cosigned: ["chamber"], missing: ["customs", "bar"] }]);
      expect((await operator.status()).ledgerSize).toBe(ledgerSize);
      expect(await signProposal(server, manifest, holders, [0])).toBe(true);
      expect((await operator.status()).amendments).toEqual([]);
      expect((await operator.status()).ledgerSize).toBe(ledgerSize + 1);
      // A reply that was lost, and one who is late.
      expect((await server.call("amendments/wave-1/cosignatures", body)).json()).toEqual({ logged: true });
      const late = encodeJson(cosignature(manifest, amendment, 1, holders[1] as Holder));
      expect((await server.call("amendments/wave-1/cosignatures", late)).json()).toEqual({ logged: true });
      expect((await server.call("amendments/wave-1")).code).toBe("ERR_AMENDMENT_UNKNOWN");
      expect((await operator.status()).ledgerSize).toBe(ledgerSize + 1);
    }));

  it("takes no signature that is forged, of another round, or of another change", () =>
    liveRound(async ({ server, holders, manifest }) => {
      const again = forAnotherRound(holders);
      const other = await goLive(server, again, surveyDraft(again, "wave-2"));
      await server.amana.operator.proposeAmendment({ round: "wave-1", change: CANCEL });
      await server.amana.operator.proposeAmendment({ round: "wave-2", change: CANCEL });
      const amendment = await proposed(server, "wave-1");
      const refuses = async (body: unknown, code = "ERR_COSIGNATURE") =>
        expect((await server.call("amendments/wave-1/cosignatures", JSON.stringify(body))).code).toBe(code);
      await refuses({ holder: 0, signature: "00".repeat(64) });
      await refuses(cosignature(manifest, amendment, 1, holders[0] as Holder));
      await refuses(cosignature(manifest, amendment, 7, holders[0] as Holder));
      await refuses(cosignature(other.manifest, await proposed(server, "wave-2"), 0, holders[0] as Holder));
      await refuses(
        cosignature(manifest, { ...amendment, change: { kind: "cancel", reason: { en: "Another reason." } } }, 0, holders[0] as Holder),
      );
      await refuses(cosignature(manifest, { ...amendment, number: 1 }, 0, holders[0] as Holder));
      await refuses({ holder: 0 }, "ERR_JSON_SCHEMA");
      expect((await server.call("amendments/wave-3/cosignatures", JSON.stringify({ holder: 0, signature: "00".repeat(64) }))).code).toBe(
        "ERR_AMENDMENT_UNKNOWN",
      );
      expect((await server.amana.operator.status()).amendments).toMatchObject([{ cosigned: [] }, { cosigned: [] }]);
    }));

  it("is replaced by another, with its signatures, and can be withdrawn", () =>
    liveRound(async ({ server, holders, manifest }) => {
      const { operator } = server.amana;
      await amend(server, manifest, holders, lengthen(manifest, HOUR), [0]);
      await operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, 2 * HOUR) });
      expect(await signProposal(server, manifest, holders, [1])).toBe(false);
      await operator.withdrawAmendment("wave-1");
      await expect(operator.withdrawAmendment("wave-1")).rejects.toMatchObject({ code: "ERR_AMENDMENT_UNKNOWN" });
      await expect(operator.proposeAmendment({ round: "wave-9", change: CANCEL })).rejects.toMatchObject({ code: "ERR_ROUND_UNKNOWN" });
      await expect(operator.proposeAmendment({ round: "wave-1", change: { kind: "split" } as never })).rejects.toMatchObject({
        code: "ERR_JSON_SCHEMA",
      });
      expect(await problems(operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, 0) }))).toEqual([
        "/change/answeringClose must be later than it is now",
      ]);
    }));

  it("that enough had signed when the power failed is logged at the start, one that was logged is forgotten", () =>
    liveRound(async ({ server, holders, manifest, restart }) => {
      const change = lengthen(manifest, HOUR);
      await amend(server, manifest, holders, change, [0]);
      const amendment = await proposed(server, "wave-1");
      const signatures = [0, 1].map((holder) => cosignature(manifest, amendment, holder, holders[holder] as Holder));
      const keep = async (folder: string) => {
        const store = await lowdbStore(folder);
        await store.writeDocument("amendments/wave-1", { ...amendment, cosignatures: signatures });
        await store.close();
      };
      const between = await restart(keep);
      expect((await between.call("rounds/wave-1")).json()).toMatchObject({ amendments: [3] });
      expect((await between.amana.operator.status()).amendments).toEqual([]);
      const again = await restart(keep);
      expect((await again.call("rounds/wave-1")).json()).toMatchObject({ amendments: [3] });
      expect((await again.amana.operator.status()).amendments).toEqual([]);
    }));

  it("that enough had signed, and that came too late by the time of the start, is not logged", () =>
    liveRound(async ({ server, holders, manifest, restart }) => {
      await amend(server, manifest, holders, lengthen(manifest, HOUR), [0]);
      const amendment: Amendment = await proposed(server, "wave-1");
      server.clock.seconds = CLOSE;
      await server.amana.tick();
      const cosignatures = [0, 1].map((holder) => cosignature(manifest, amendment, holder, holders[holder] as Holder));
      const again = await restart(async (folder) => {
        const store = await lowdbStore(folder);
        await store.writeDocument("amendments/wave-1", { ...amendment, cosignatures });
        await store.close();
      });
      expect((await again.call("rounds/wave-1")).json()).toMatchObject({ state: "closed", amendments: [] });
      expect((await again.amana.operator.status()).amendments).toHaveLength(1);
    }));
});

describe("a round that is cancelled", () => {
  it("takes nothing more, keeps every promise, and keeps no envelope", () =>
    liveRound(async ({ folder, server, holders, live, manifest, restart }) => {
      expect(await send(server, live, 0)).toBe("");
      expect(await send(server, live, 1)).toBe("");
      expect(await amend(server, manifest, holders, CANCEL)).toBe(true);
      // From this moment, whenever the next tick comes.
      expect(await send(server, live, 2).catch((error: Error) => error.message)).toBe("ERR_ROUND_CANCELLED");
      await server.amana.tick();
      await server.amana.tick();
      expect((await server.call("rounds/wave-1")).json()).toMatchObject({ state: "cancelled", amendments: [3] });
      const { to } = (await server.amana.operator.status()).rounds.map(({ epochs }) => ({ to: epochs - 1 }))[0] as { to: number };
      const body = await fetchBody(server, manifest, 0, holders[0] as Holder, to);
      expect((await server.call(`rounds/wave-1/epochs/${to}/envelopes`, body)).code).toBe("ERR_ROUND_CANCELLED");
      let entries: DocumentedEntry[] = [];
      const again = await restart(async () => {
        entries = await documents(folder);
        expect((await checkStore(folder)).filter(({ ok }) => !ok)).toEqual([]);
      });
      expect(entries.slice(3).map(({ type }) => type)).toEqual(["amendment", "draws", "key-destroyed", "epoch", "close", "retention"]);
      expect(entries.at(-1)).toMatchObject({ count: 2 });
      const kept = [];
      for await (const record of again.store.epoch(String((entries.at(-1) as { manifest: string }).manifest), 0))
        kept.push(record.envelope);
      expect(kept).toEqual([null, null]);
      await again.amana.tick();
      expect((await again.amana.operator.status()).ledgerSize).toBe(11);
    }));

  it("is finished after a stop, wherever that came", () =>
    liveRound(async ({ folder, server, holders, live, manifest, restart }) => {
      await send(server, live, 0);
      await amend(server, manifest, holders, CANCEL);
      const again = await restart();
      // The disk is full in the moment in which the envelopes are gone and that is to be logged.
      const write = again.store.writeCheckpoint.bind(again.store);
      let logged = 0;
      again.store.writeCheckpoint = async (note) => {
        logged += 1;
        if (logged === 5) throw new Error("full");
        return write(note);
      };
      await expect(again.amana.tick()).rejects.toThrow("full");
      expect((await again.call("rounds/wave-1")).json()).toMatchObject({ state: "cancelled" });
      await restart().then((third) => third.amana.tick());
      const last = await restart(async () => {
        expect((await documents(folder)).filter(({ type }) => type === "retention")).toHaveLength(1);
      });
      await last.amana.tick();
    }));

  it("is not opened: no holding, no commitment; each trustee says that its key is gone", () =>
    liveRound(async ({ server, holders, live, manifest }) => {
      await send(server, live, 0);
      await amend(server, manifest, holders, CANCEL);
      await server.amana.tick();
      const closedAt = (await server.amana.operator.status()).ledgerSize - 1;
      const log = async (entry: unknown) => (await server.call("entries", encodeJson(entry))).code;
      const keys = (holders[0] as Holder).signing;
      for (const ledgerSize of [closedAt, closedAt + 1])
        expect(
          await log(signEntry<ShareListEntry>(manifest, { type: "share-list", holder: 0, ledgerSize, commitment: "00".repeat(32) }, keys)),
        ).toBe("ERR_ENTRY_REFUSED");
      expect(await log(signEntry(manifest, { type: "held", holder: 0, epoch: 0, ledgerSize: closedAt, missing: [] } as never, keys))).toBe(
        "ERR_ENTRY_REFUSED",
      );
      expect(await log(signEntry(manifest, { type: "key-destroyed", holder: "trustee/0" } as never, keys))).toBe("");
    }));

  it("before it opened ends all the same, and its unused invitations draw nothing", () =>
    liveRound(async ({ server, holders, live, manifest }) => {
      await amend(server, manifest, holders, CANCEL);
      await server.amana.tick();
      const { request } = enrolment(manifest, live.codes[0] as never, newSecretCode(randomBytes));
      expect((await server.call("issuers/customs/enrolments", request, ENROLMENT)).code).toBe("ERR_ROUND_CANCELLED");
      expect(await state(server)).toBe("cancelled");
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, HOUR) }))).toContain(
        "/ this round was cancelled: nothing changes it any more",
      );
    }));

  it("cannot be, once k trustees have committed", () =>
    liveRound(async ({ server, holders, manifest }) => {
      server.clock.seconds = CLOSE;
      await server.amana.tick();
      const ledgerSize = (await server.amana.operator.status()).ledgerSize;
      const commit = async (holder: number) => {
        const fields = { type: "share-list", holder, ledgerSize, commitment: toHex(randomBytes(32)) } as const;
        return (await server.call("entries", encodeJson(signEntry<ShareListEntry>(manifest, fields, (holders[holder] as Holder).signing))))
          .code;
      };
      expect(await commit(0)).toBe("");
      await server.amana.operator.proposeAmendment({ round: "wave-1", change: CANCEL });
      expect(await commit(1)).toBe("");
      expect(await signProposal(server, manifest, holders, [0])).toBe("ERR_AMENDMENT_INVALID");
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change: CANCEL }))).toEqual([
        "/ too late: the ledger is past that",
      ]);
      expect(await state(server)).toBe("closed");
    }));
});

describe("a round with a relay", () => {
  const RELEASE = CLOSE - HOUR / 6;

  it("is lengthened until its relay gives on what it holds, and not after that, whoever has signed", () =>
    liveRound(async ({ server, holders, manifest }) => {
      server.clock.seconds = RELEASE - 1;
      await server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, 2 * HOUR) });
      server.clock.seconds = RELEASE;
      expect(await signProposal(server, manifest, holders, [0])).toBe("ERR_AMENDMENT_INVALID");
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change: lengthen(manifest, HOUR) }))).toEqual([
        "/change/answeringClose too late: the relay has released what it held",
      ]);
      server.clock.seconds = RELEASE - 1;
      expect(await amend(server, manifest, holders, lengthen(manifest, HOUR))).toBe(true);
      // The release moves with the close, and with it the last moment for the next amendment.
      server.clock.seconds = RELEASE + HOUR - 1;
      await server.amana.tick();
      expect(await state(server)).toBe("open");
      expect(await amend(server, manifest, holders, lengthen(manifest, 2 * HOUR))).toBe(true);
    }, relayDraft));

  it("is closed early with the time that its relay needs, even in a trial", () =>
    liveRound(async ({ server, holders, manifest }) => {
      const change: AmendmentChange = { kind: "close-early", answeringClose: CLOSE - 60 };
      server.clock.seconds = RELEASE - 59;
      expect(await problems(server.amana.operator.proposeAmendment({ round: "wave-1", change }))).toEqual([
        `/change/answeringClose too soon: at the earliest ${new Date((CLOSE - 59) * 1000).toISOString()}`,
      ]);
      server.clock.seconds = RELEASE - 60;
      expect(await amend(server, manifest, holders, change)).toBe(true);
      server.clock.seconds = CLOSE - 60;
      await server.amana.tick();
      expect(await state(server)).toBe("closed");
    }, relayDraft));

  it("is cancelled like any other", () =>
    liveRound(async ({ server, holders, manifest }) => {
      expect(await amend(server, manifest, holders, CANCEL)).toBe(true);
      await server.amana.tick();
      expect(await state(server)).toBe("cancelled");
    }, relayDraft));
});

describe("a reports channel", () => {
  it("is cancelled by its handlers, and closed by nobody's clock", () =>
    liveRound(async ({ server, holders, manifest }) => {
      expect(await amend(server, manifest, holders, CANCEL, [1])).toBe(true);
      await server.amana.tick();
      expect((await server.call("rounds/reports")).json()).toMatchObject({ state: "cancelled" });
      const body = await fetchBody(server, manifest, 0, holders[0] as Holder, 0);
      expect((await server.call("rounds/reports/reports", body)).code).toBe("ERR_ROUND_CANCELLED");
    }, reportsDraft));
});

describe("an operator that logs what too few have signed", () => {
  it("has changed nothing, not even for its own server", () =>
    liveRound(async ({ folder, holders, live, manifest, restart }) => {
      const first = nextAmendment(manifestTimes(manifest), CANCEL);
      const one = [cosignature(manifest, first, 0, holders[0] as Holder)];
      const again = await restart(async () => {
        const store = await lowdbStore(folder);
        const { programme, ledgerKey } = await loadProgramme(store);
        const ledger = await openLedger({ store, origin: programme.ledger.origin, key: ledgerKey });
        await ledger.log({ protocol: "amana/1", type: "amendment", manifest: toHex(manifestId(manifest)), ...first, cosignatures: one });
        await store.close();
      });
      expect((await again.call("rounds/wave-1")).json()).toMatchObject({ state: "open", amendments: [] });
      expect(await send(again, live, 0)).toBe("");
      // Signed by enough, the very same change ends the round.
      expect(await amend(again, manifest, holders, CANCEL)).toBe(true);
      expect(await state(again)).toBe("cancelled");
    }));
});
