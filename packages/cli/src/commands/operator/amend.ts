import { AmanaError } from "@amana/core/errors";
import type { AmendmentChange } from "@amana/core/manifest";
import type { AmendmentStatus, RoundStatus } from "@amana/server";
import * as v from "valibot";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";
import { moment, secondsOf } from "./moments.ts";

const NOTES = [
  "Nothing changes yet: the key holders see the proposal (amana trustee next) and sign it (amana trustee amend). The server logs it by itself when",
  "enough have signed: all but one, and never fewer than open the round together. Another proposal of the round takes the place of this one.",
];

export const roundLengthen: Command = {
  name: "round lengthen",
  summary: "Propose that answers are taken for longer; what follows the close is due later by the same time.",
  positionals: ["NAME"],
  options: { ...DATA_OPTION, until: { type: "string", value: "MOMENT", describe: "when answering closes, like 2026-12-20T18:00+01:00" } },
  examples: ["amana round lengthen wave-2026 --until 2026-12-20T18:00+01:00 --data ./data"],
  notes: [...NOTES, "Only before answering has closed, and with a relay before it releases what it holds."],
  run: ({ positionals: [round = ""], values }, io) =>
    propose(round, values, io, ({ times: { windows, deadlines } }) => {
      const answeringClose = momentOf(values, "until", io);
      const later = answeringClose - windows.answeringClose;
      const { sealBy, missingBy, commitBy } = deadlines;
      if (later <= 0) throw new UsageError("--until must be later than the close is now");
      return { kind: "lengthen", answeringClose, sealBy: sealBy + later, missingBy: missingBy + later, commitBy: commitBy + later };
    }),
};

export const roundCloseEarly: Command = {
  name: "round close-early",
  summary: "Propose that answering closes earlier, with a day's notice at least.",
  positionals: ["NAME"],
  options: { ...DATA_OPTION, at: { type: "string", value: "MOMENT", describe: "when answering closes, like 2026-12-10T18:00+01:00" } },
  examples: ["amana round close-early wave-2026 --at 2026-12-10T18:00+01:00 --data ./data"],
  notes: [...NOTES, "The day of notice, and the relay's time, count from the moment in which the last key holder signs."],
  run: ({ positionals: [round = ""], values }, io) =>
    propose(round, values, io, () => ({ kind: "close-early", answeringClose: momentOf(values, "at", io) })),
};

export const roundCancel: Command = {
  name: "round cancel",
  summary: "Propose to cancel a round: nobody opens an answer, envelopes and keys are destroyed, everyone reads why.",
  positionals: ["NAME"],
  options: {
    ...DATA_OPTION,
    reason: { type: "string", value: "LOCALE=TEXT", describe: "why, once for each language of the round", multiple: true },
  },
  examples: ['amana round cancel wave-2026 --reason "fr=La liste était fausse." --reason "en=The list was wrong." --data ./data'],
  notes: [...NOTES, "It cannot be undone. A round that has been opened cannot be cancelled."],
  run: ({ positionals: [round = ""], values }, io) => propose(round, values, io, () => ({ kind: "cancel", reason: reasonOf(values) })),
};

export const roundWithdraw: Command = {
  name: "round withdraw",
  summary: "Take back a proposed change that is not in the ledger yet.",
  positionals: ["NAME"],
  options: DATA_OPTION,
  examples: ["amana round withdraw wave-2026 --data ./data"],
  async run({ positionals: [round = ""], values }, io) {
    await withOperator(values, (operator) => operator.withdrawAmendment(round));
    io.say(`Withdrawn: nothing is proposed for ${round} any more. Tell whoever has signed it.`);
    io.result({ round, withdrawn: true });
    return 0;
  },
};

async function propose(round: string, values: Values, io: Io, changeOf: (round: RoundStatus) => AmendmentChange): Promise<number> {
  const status = await withOperator(values, async (operator): Promise<AmendmentStatus> => {
    const live = (await operator.status()).rounds.find(({ name }) => name === round);
    if (live === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
    return operator.proposeAmendment({ round, change: changeOf(live) });
  });
  io.say(`Proposed for ${round}: ${status.change.kind}. It needs ${status.needed} signatures, of ${status.missing.join(", ")}.`);
  io.say("Next: each of them runs amana trustee next.");
  io.result(status);
  return 0;
}

function momentOf(values: Values, name: string, io: Io): number {
  const given = text(values, name, true);
  if (!v.is(moment, given)) throw new UsageError(`--${name} takes a moment with its zone, like 2026-12-01T08:00Z, or +SECONDS from now`);
  return secondsOf(given, io.now());
}

function reasonOf({ reason }: Values): Record<string, string> {
  const given = (Array.isArray(reason) ? reason : []).map((each: string) => /^([a-z]{2,3})=(.+)$/s.exec(each.normalize("NFC")));
  if (given.length === 0 || given.includes(null))
    throw new UsageError('--reason takes a language and a text, like "en=The list was wrong."');
  return Object.fromEntries(given.map((match) => [match?.[1], match?.[2]]));
}
