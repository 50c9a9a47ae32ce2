import { ENROLMENT_LENGTH, ENROLMENT_RECEIPT_LENGTH } from "@amana/core/credential";
import { bytes, json, type Routes } from "../http/index.ts";
import { roundNamed, type Services } from "../services/services.ts";

const REQUEST = "application/vnd.amana.enrolment";
const RECEIPT = "application/vnd.amana.enrolment-receipt";
const DRAWS = "application/vnd.amana.draws";
const ANSWER = "application/vnd.amana.blind-signatures";

/** What an issuer does, by whoever runs it: one invitation's use, and an objection. */
export interface IssuerDoes {
  enrol(issuer: string, body: Uint8Array): Promise<Uint8Array>;
  object(issuer: string, body: Uint8Array): Promise<void>;
}

/** The routes of an issuer that the operator's server runs, and the one by which others deliver their draws. */
export function issuerRoutes(routes: Routes, { issuer, issuing, rounds }: Services): void {
  enrolmentRoutes(routes, { enrol: (name, body) => issuer.enrol(name, body), object: (name, body) => issuing.object(name, body) });
  routes.at("/rounds/:round/draws", {
    POST: {
      body: (param) => ({ type: DRAWS, max: issuing.longest(roundNamed(rounds, param("round"))), budget: "files" }),
      run: async (body, param) => json({ index: await issuing.deliver(roundNamed(rounds, param("round")), body) }),
    },
  });
}

/** `POST issuers/<name>/enrolments` and `POST issuers/<name>/objections`. */
export function enrolmentRoutes(routes: Routes, issuer: IssuerDoes): void {
  routes.at("/issuers/:issuer/enrolments", {
    POST: {
      shared: true,
      body: () => ({ type: REQUEST, exact: ENROLMENT_LENGTH }),
      run: async (body, param) => bytes(await issuer.enrol(param("issuer"), body), ANSWER),
    },
  });
  routes.at("/issuers/:issuer/objections", {
    POST: {
      body: () => ({ type: RECEIPT, exact: ENROLMENT_RECEIPT_LENGTH }),
      run: async (body, param) => {
        await issuer.object(param("issuer"), body);
        return json({});
      },
    },
  });
}
