/** For respondents: from an invitation link to a receipt. */
export { Credential, type Progress } from "./respondent/credential.ts";
export type { Kept } from "./respondent/kept.ts";
export { type InvitationLink, parseInvitationLink } from "./respondent/link.ts";
export { listRounds } from "./respondent/list.ts";
export type { ClientOptions } from "./respondent/options.ts";
export { type Inclusion, Receipt, type ReceiptState } from "./respondent/receipt.ts";
export { openInvitation, openRound, Round } from "./respondent/round.ts";
export type { RoundState, RoundSummary } from "./wire/rounds.ts";
export type { Fetch } from "./wire/transport.ts";
