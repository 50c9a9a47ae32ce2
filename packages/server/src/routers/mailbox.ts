import { fromHex, hex, integer } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { REPLY_LENGTH } from "@amana/core/mailbox";
import * as v from "valibot";
import { BYTES, bytes, JSON_TYPE, json, type Routes } from "../http/index.ts";
import { readJson } from "../services/json.ts";
import type { LiveRound } from "../services/round.ts";
import { roundNamed, type Services } from "../services/services.ts";

const delivery = v.strictObject({ holder: integer(254), reply: hex(REPLY_LENGTH), signature: hex(64) });
const SMALL = 4096;

/** What reporters and handlers do besides sending: fetch every reply, fetch every report, deliver a reply. */
export function mailboxRoutes(routes: Routes, { rounds, fetching, replies }: Services): void {
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
