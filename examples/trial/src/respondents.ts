import { type ClientOptions, type Credential, openInvitation, type Receipt, type Round } from "@amana/client";
import type { SecretCode } from "@amana/core/bytes";
import { plausibleAnswers } from "./answers.ts";

/** One made-up person who took part. */
export interface Respondent {
  readonly link: string;
  readonly secretCode: SecretCode;
  readonly round: Round;
  readonly credential: Credential;
  readonly receipt: Receipt;
}

/** Opens the link, enrols and answers, as a person's client does. */
export async function respond(link: string, audience: string, person: number, options: ClientOptions): Promise<Respondent> {
  const round = await openInvitation(link, options);
  const secretCode = round.newSecretCode();
  const credential = await round.enrol(secretCode);
  const receipt = await credential.submit(plausibleAnswers(credential.questionnaire, audience, person));
  return { link, secretCode, round, credential, receipt };
}

/** Runs `work` for every item, a few at a time, and keeps the order of the results. */
export async function several<T, R>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
