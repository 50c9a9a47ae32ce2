import { formatCode, newSecretCode, type SecretCode } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import type { Answers } from "@amana/core/questionnaire";
import { type ClientOptions, type Credential, openInvitation, type Receipt, type Round } from "../src/index.ts";
import type { Operator } from "./operator.ts";
import { START } from "./world.ts";

export const BASE = "http://server.example/";

/** A clock that tests set, unix seconds. */
export interface Clock {
  seconds: number;
}

export function clientOptions(operator: Operator, clock: Clock = { seconds: START + 60 }): ClientOptions {
  return {
    programme: operator.world.pinned,
    fetch: operator.fetch,
    now: () => new Date(clock.seconds * 1000),
    wait: async () => undefined,
  };
}

/** The link that invites person `place` of an audience. */
export function linkOf({ round }: Operator, audience: string, place: number): string {
  const issuers = round.manifest.audiences.find(({ id }) => id === audience)?.issuers ?? [];
  const codes = issuers.flatMap(({ name }) => round.codesOf.get(`${audience}/${name}`)?.[place] ?? []);
  if (codes.length === 0) throw new Error("no such invitation");
  return `${BASE}${round.manifest.round}#${audience}.${codes.map(formatCode).join(".")}`;
}

export interface Respondent {
  readonly secretCode: SecretCode;
  readonly round: Round;
  readonly credential: Credential;
  readonly receipt: Receipt;
}

/** Opens the link, enrols and answers, as a person's client does. */
export async function respond(
  operator: Operator,
  audience: string,
  place: number,
  answers: Answers = { A1: 3 },
  options: ClientOptions = clientOptions(operator),
): Promise<Respondent> {
  const round = await openInvitation(linkOf(operator, audience, place), options);
  const secretCode = newSecretCode(randomBytes);
  const credential = await round.enrol(secretCode);
  return { secretCode, round, credential, receipt: await credential.submit(answers) };
}
