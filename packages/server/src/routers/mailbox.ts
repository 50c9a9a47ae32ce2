import { fromHex, hex, integer } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { GROUP_LENGTH, REPLY_LENGTH, WORK_LENGTH } from "@amana/core/mailbox";
import * as v from "valibot";
import { BYTES, bytes, JSON_TYPE, json, type Routes } from "../http/index.ts";
import { checkWindow } from "../services/collector.ts";
import { CHUNKS_LIMIT } from "../services/fetching.ts";
import { readJson } from "../services/json.ts";
import type { LiveRound } from "../services/round.ts";
import { roundNamed, type Services } from "../services/services.ts";

const delivery = v.strictObject({ holder: integer(254), reply: hex(REPLY_LENGTH), signature: hex(64) });
const SMALL = 4096;
const CHUNKS_TYPE = "application/vnd.amana.chunks";

/** What reporters and handlers do besides sending: upload attachments, fetch every reply, fetch every report and its attachments, deliver a reply. */
export function mailboxRoutes(routes: Routes, { rounds, fetching, replies, uploads, now }: Services): void {
  routes.at("/rounds/:round/uploads", {
    POST: {
      // A round that takes nothing reads nothing.
      body: (param) => {
        checkWindow(channel(roundNamed(rounds, param("round"))), now());
        return { type: CHUNKS_TYPE, exact: WORK_LENGTH + GROUP_LENGTH, budget: "files" };
      },
      run: async (body, param) => {
        await uploads.put(channel(roundNamed(rounds, param("round"))), body);
        return json({});
      },
    },
  });
  routes.at("/rounds/:round/chunks", {
    POST: {
      body: () => ({ type: JSON_TYPE, max: CHUNKS_LIMIT * 67 + SMALL }),
      run: async (body, param) => ({ type: BYTES, ...(await fetching.chunks(roundNamed(rounds, param("round")), body)) }),
    },
  });
  routes.at("/rounds/:round/reports", {
    POST: {
      body: () => ({ type: JSON_TYPE, max: SMALL }),
      run: async (body, param) => ({ type: BYTES, ...(await fetching.reports(roundNamed(rounds, param("round")), body)) }),
    },
  });
  routes.at("/rounds/:round/replies", {
    GET: async (param) => bytes(await replies.published(channel(roundNamed(rounds, param("round"))))),
    POST: {
      body: () => ({ type: JSON_TYPE, max: 2 * REPLY_LENGTH + SMALL }),
      run: async (body, param) => {
        const { holder, reply, signature } = readJson(body, delivery);
        const round = channel(roundNamed(rounds, param("round")));
        await replies.deliver(round, { holder, reply: fromHex(reply), signature: fromHex(signature) });
        return json({});
      },
    },
  });
}

function channel(round: LiveRound): LiveRound {
  if (round.manifest.kind !== "reports") throw new AmanaError("ERR_NOT_FOUND");
  return round;
}
