import {
  type ClientOptions,
  type Credential,
  type Inclusion,
  type Kept,
  openInvitation,
  openRound,
  type Progress,
  type Receipt,
  type Round,
} from "@amana/client";
import type { SecretCode } from "@amana/core/bytes";
import type { Answers } from "@amana/core/questionnaire";

/** What the survey needs of a receipt. */
export interface SurveyReceipt {
  readonly text: Receipt["text"];
  /** `sent` while only a relay has it: then it is not kept yet, and goes on at `releaseAt`. */
  readonly state: Receipt["state"];
  readonly releaseAt: Receipt["releaseAt"];
  verifyIncluded(): Promise<Inclusion>;
}

/** What the survey needs of a credential. */
export interface SurveyCredential {
  readonly audience: Pick<Credential["audience"], "id" | "title">;
  readonly questionnaire: Credential["questionnaire"];
  readonly sequence: number | null;
  /** What each issuer signed when the invitation was used at this visit; empty for whoever came back. It names the invitation. */
  readonly enrolmentReceipts: Credential["enrolmentReceipts"];
  submit(answers: Answers, onProgress: Progress): Promise<SurveyReceipt>;
  withdraw(onProgress: Progress): Promise<SurveyReceipt>;
  retry(onProgress: Progress): Promise<SurveyReceipt>;
  readonly unsent: boolean;
  check(): Promise<Kept | null>;
}

/** What the survey needs of a round. */
export interface SurveyRound
  extends Pick<
    Round,
    "name" | "releases" | "kind" | "title" | "digits" | "separation" | "state" | "programme" | "manifest" | "times" | "invited"
  > {
  newSecretCode(): SecretCode;
  enrol(code: SecretCode, audience?: string | null): Promise<SurveyCredential>;
  resume(code: SecretCode, audience?: string | null): Promise<SurveyCredential>;
}

/** Where `<amana-survey>` gets its round from: `@amana/client`, unless the page brings another. */
export interface SurveyClient {
  openInvitation(link: string, options: ClientOptions): Promise<SurveyRound>;
  openRound(base: string, round: string, options: ClientOptions): Promise<SurveyRound>;
}

export const defaultClient: SurveyClient = { openInvitation, openRound };
