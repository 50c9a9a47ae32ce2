import { ENTRY_LIMIT } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { BYTES, bytes, JSON_TYPE, json, type Routes } from "../http/index.ts";
import { roundNamed, type Services } from "../services/services.ts";
import { readIndex } from "./index-number.ts";

const REVEAL = "application/vnd.amana.reveal";
const SMALL = 4096;

/** What key holders do: rehearse and co-sign drafts, co-sign amendments, fetch what they hold, log entries, reveal to each other. */
export function trusteesRoutes(routes: Routes, { rounds, drafts, amendments, nonces, fetching, openings, reveals }: Services): void {
  routes.at("/drafts", { GET: async () => json({ drafts: await drafts.names() }) });
  routes.at("/drafts/:round", { GET: async (param) => json(await drafts.show(param("round"))) });
  routes.at("/drafts/:round/shares", {
    POST: {
      body: () => ({ type: JSON_TYPE, max: SMALL }),
      run: async (body, param) => {
        await drafts.addShare(param("round"), body);
        return json({});
      },
    },
  });
  routes.at("/drafts/:round/cosignatures", {
    POST: {
      body: () => ({ type: JSON_TYPE, max: SMALL }),
      run: async (body, param) => json(await drafts.addCosignature(param("round"), body)),
    },
  });

  routes.at("/amendments", { GET: async () => json({ amendments: await amendments.names() }) });
  routes.at("/amendments/:round", { GET: async (param) => json(await amendments.show(param("round"))) });
  routes.at("/amendments/:round/cosignatures", {
    POST: {
      body: () => ({ type: JSON_TYPE, max: SMALL }),
      run: async (body, param) => json(await amendments.addCosignature(param("round"), body)),
    },
  });

  routes.at("/nonces", { POST: { shared: true, body: () => ({ type: null, exact: 0 }), run: async () => bytes(nonces.issue(), BYTES) } });
  routes.at("/rounds/:round/epochs/:epoch/envelopes", {
    POST: {
      shared: true,
      body: () => ({ type: JSON_TYPE, max: SMALL }),
      run: async (body, param) => {
        const round = roundNamed(rounds, param("round"));
        return { type: BYTES, ...(await fetching.envelopes(round, readIndex(param("epoch")), body)) };
      },
    },
  });

  routes.at("/entries", {
    POST: { body: () => ({ type: JSON_TYPE, max: ENTRY_LIMIT }), run: async (body) => json({ index: await openings.log(body) }) },
  });
  routes.at("/rounds/:round/reveals", {
    POST: {
      body: (param) => ({ type: REVEAL, max: reveals.longest(roundNamed(rounds, param("round"))), budget: "files" }),
      run: async (body, param) => {
        await reveals.add(roundNamed(rounds, param("round")), body);
        return json({});
      },
    },
  });
  routes.at("/rounds/:round/reveals/:receiver", {
    GET: async (param) => {
      const round = roundNamed(rounds, param("round"));
      const receiver = readIndex(param("receiver"));
      if (receiver >= round.manifest.trustees.length) throw new AmanaError("ERR_NOT_FOUND");
      return bytes(await reveals.sentTo(round, receiver));
    },
  });
}
