/** For an issuer with a process of its own: how it finds its round and hands in what it signed. */
export { findRound, type IssuerRound, issuerLink, type Link, type LinkOptions } from "./link.ts";
export { type HeldInvitation, handInReceipt, type Judgement, type JudgeOptions, judgeInvitation, judgeReceipt } from "./receipt.ts";
