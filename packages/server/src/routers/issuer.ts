import { ENROLMENT_LENGTH } from "@amana/core/credential";
import { bytes, type Routes } from "../http/index.ts";
import type { Services } from "../services/services.ts";

const REQUEST = "application/vnd.amana.enrolment";
const ANSWER = "application/vnd.amana.blind-signatures";

/** `POST issuers/<name>/enrolments`: one invitation's use. */
export function issuerRoutes(routes: Routes, { issuer }: Services): void {
  routes.at("/issuers/:issuer/enrolments", {
    POST: {
      body: () => ({ type: REQUEST, exact: ENROLMENT_LENGTH }),
      run: async (body, param) => bytes(await issuer.enrol(param("issuer"), body), ANSWER),
    },
  });
}
