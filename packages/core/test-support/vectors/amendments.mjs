import * as round from "./round.mjs";
import { H, hex, json, u8, unhex } from "./tools.mjs";

const DAY = 86_400;
const { windows, deadlines } = round.survey;

/** `H("amana/v1 amendment", id, u8 number, previous, canonical change)`, signed by the holders named. */
function amendment(id, holders, number, previous, change, who) {
  const hash = H("amana/v1 amendment", id, u8(number), unhex(previous), json(change));
  const cosignatures = who.map((holder) => ({ holder, signature: hex(holders[holder].signing.sign(hash)) }));
  return { hash: hex(hash), amendment: { number, previous, change, cosignatures } };
}

const longer = {
  kind: "lengthen",
  answeringClose: windows.answeringClose + 7 * DAY,
  sealBy: deadlines.sealBy + 7 * DAY,
  missingBy: deadlines.missingBy + 7 * DAY,
  commitBy: deadlines.commitBy + 8 * DAY,
};
const earlier = { kind: "close-early", answeringClose: windows.answeringClose + 2 * DAY };
const reason = { en: "Too few people could enrol.", fr: "Trop peu de personnes ont pu s’inscrire." };

/** One chain: longer, closed early, cancelled; each with the times that hold after it, written by hand. */
export function amendmentVectors() {
  const first = amendment(round.surveyId, round.trustees, 0, hex(round.surveyId), longer, [0, 2]);
  const second = amendment(round.surveyId, round.trustees, 1, first.hash, earlier, [0, 1, 2]);
  const third = amendment(round.surveyId, round.trustees, 2, second.hash, { kind: "cancel", reason }, [1, 2]);
  const moved = { objection: deadlines.objection, revealSpan: deadlines.revealSpan };
  const after = { sealBy: longer.sealBy, missingBy: longer.missingBy, commitBy: longer.commitBy, ...moved };
  const closing = (answeringClose) => ({ ...windows, answeringClose });
  return [
    { ...first, times: { windows: closing(longer.answeringClose), deadlines: after, cancelled: null } },
    { ...second, times: { windows: closing(earlier.answeringClose), deadlines: after, cancelled: null } },
    { ...third, times: { windows: closing(earlier.answeringClose), deadlines: after, cancelled: reason } },
  ];
}
