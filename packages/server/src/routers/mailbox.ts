import { fromHex, hex, integer } from "@amana/core/bytes";
import { caseRecordLength } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import { GROUP_LENGTH, REPLY_LENGTH, WORK_LENGTH } from "@amana/core/mailbox";
import * as v from "valibot";
import { BYTES, bytes, JSON_TYPE, json, type Routes } from "../http/index.ts";
import { checkWindow } from "../services/collector.ts";
import { CHUNKS_LIMIT } from "../services/fetching.ts";
import { WANTED_BODY } from "../services/holder.ts";
import { readJson } from "../services/json.ts";
import type { LiveRound } from "../services/round.ts";
import { roundNamed, type Services } from "../services/services.ts";

const delivered = { holder: integer(254), signature: hex(64) };
const reply = v.strictObject({ ...delivered, reply: hex(REPLY_LENGTH), record: hex() });
const record = v.strictObject({ ...delivered, record: hex() });
const SMALL = 4096;
const CHUNKS_TYPE = "application/vnd.amana.chunks";

/** What reporters and handlers do besides sending: upload attachments, fetch every reply, fetch reports, attachments and case records, deliver a reply or a record. */
export function mailboxRoutes(routes: Routes, { rounds, fetching, replies, cases, uploads, now }: Services): void {
  const found = (param: (name: string) => string): LiveRound => roundNamed(rounds, param("round"));
  routes.at("/rounds/:round/uploads", {
    POST: {
      // A round that takes nothing reads nothing.
      body: (param) => {
        checkWindow(channel(found(param)), now());
        return { type: CHUNKS_TYPE, exact: WORK_LENGTH + GROUP_LENGTH, budget: "files" };
      },
      shared: true,
      line: () => "uploads",
      run: async (body, param) => {
        await uploads.put(channel(found(param)), body);
        return json({});
      },
    },
  });
  const fetch = (max: number, what: "index" | "reports" | "cases" | "chunks") => ({
    POST: {
      shared: true,
      body: () => ({ type: JSON_TYPE, max }),
      run: async (body: Uint8Array, param: (name: string) => string) => ({ type: BYTES, ...(await fetching[what](found(param), body)) }),
    },
  });
  routes.at("/rounds/:round/inbox", fetch(SMALL, "index"));
  routes.at("/rounds/:round/reports", fetch(WANTED_BODY, "reports"));
  routes.at("/rounds/:round/cases", fetch(WANTED_BODY, "cases"));
  routes.at("/rounds/:round/chunks", fetch(CHUNKS_LIMIT * 67 + SMALL, "chunks"));
  routes.at("/rounds/:round/case-records", {
    POST: {
      body: (param) => ({ type: JSON_TYPE, max: 2 * caseRecordLength(found(param).manifest) + SMALL }),
      run: async (body, param) => {
        const { holder, ...hexed } = readJson(body, record);
        const round = channel(found(param));
        await cases.deliver(round, { holder, record: fromHex(hexed.record), signature: fromHex(hexed.signature) });
        return json({});
      },
    },
  });
  routes.at("/rounds/:round/replies", {
    GET: async (param) => bytes(await replies.published(channel(found(param)))),
    POST: {
      body: (param) => ({ type: JSON_TYPE, max: 2 * (REPLY_LENGTH + caseRecordLength(found(param).manifest)) + SMALL }),
      run: async (body, param) => {
        const { holder, ...hexed } = readJson(body, reply);
        const sealed = { reply: fromHex(hexed.reply), record: fromHex(hexed.record), signature: fromHex(hexed.signature) };
        await replies.deliver(channel(found(param)), { holder, ...sealed });
        return json({});
      },
    },
  });
}

function channel(round: LiveRound): LiveRound {
  if (round.manifest.kind !== "reports") throw new AmanaError("ERR_NOT_FOUND");
  return round;
}
