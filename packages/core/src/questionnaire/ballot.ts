import { concat, equal, Reader, uint, utf8 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { answerProblems, checkAnswers } from "./answers.ts";
import { questionnaireHash } from "./document.ts";
import { ballotSize, decodeField, encodeField, HEADER_LENGTH } from "./fields.ts";
import { itemsOf } from "./items.ts";
import type { Answer, Answers, Questionnaire } from "./model.ts";
import { answerTo } from "./visible.ts";

/*
 * struct {
 *   opaque magic[4] = "AMB1";
 *   uint8 state;                    1 answered, 0 withdrawn: then every byte after the hash is zero
 *   opaque questionnaireHash[32];
 *   for each item in order, shown or not:
 *     likert, single:  uint8        0 unanswered, 1..n the point or the place of the option, 254 prefer_not, 255 dont_know
 *     multiple:        uint8        0 unanswered, 1 chosen, 254 prefer_not
 *                      opaque mask[ceil(n / 8)]          option i is bit i from the left; zero unless the byte is 1
 *     text:            uint16       length, 0 unanswered
 *                      opaque text[maxBytes]             UTF-8 in NFC, then zeros
 * } Ballot;
 */
const MAGIC = utf8("AMB1");
const WITHDRAWN = 0;
const ANSWERED = 1;

/** What a ballot says. */
export type Ballot = { readonly withdrawn: true } | { readonly withdrawn: false; readonly answers: Answers };

/**
 * The ballot of checked answers: `ballotSize` bytes, the same answers always the same bytes. Clients call it and seal
 * the result. Texts are put into NFC; the order in which options were chosen is not kept. @throws ERR_ANSWER_INVALID
 */
export function encodeBallot(questionnaire: Questionnaire, answers: Answers): Uint8Array {
  checkAnswers(questionnaire, answers);
  return concat(header(questionnaire, ANSWERED), encodeFields(questionnaire, answers));
}

/** The ballot that takes an earlier one back. As long as any other. */
export function encodeWithdrawal(questionnaire: Questionnaire): Uint8Array {
  return concat(header(questionnaire, WITHDRAWN), new Uint8Array(ballotSize(questionnaire) - HEADER_LENGTH));
}

/**
 * Reads an opened ballot. The bytes are attacker-controlled, and so is everything a respondent could hide in them:
 * what is not the one encoding of possible answers is refused, so a ballot carries no mark besides its answers. Every opener comes to
 * the same verdict. @throws ERR_BALLOT_FORMAT, never with any content
 */
export function decodeBallot(questionnaire: Questionnaire, bytes: Uint8Array): Ballot {
  // 1. Length, magic, state, questionnaire.
  const reader = new Reader(bytes, "ERR_BALLOT_FORMAT");
  if (bytes.length !== ballotSize(questionnaire)) throw new AmanaError("ERR_BALLOT_FORMAT");
  const state = bytes[MAGIC.length] === WITHDRAWN ? WITHDRAWN : ANSWERED;
  if (!equal(reader.take(HEADER_LENGTH), header(questionnaire, state))) throw new AmanaError("ERR_BALLOT_FORMAT");
  // 2. A withdrawal has nothing else.
  if (state === WITHDRAWN) {
    if (reader.take(reader.left).some((byte) => byte !== 0)) throw new AmanaError("ERR_BALLOT_FORMAT");
    return { withdrawn: true };
  }
  // 3. The fields.
  const answers = decodeFields(questionnaire, reader);
  // 4. Possible answers, to visible items only.
  if (answerProblems(questionnaire, answers).length > 0) throw new AmanaError("ERR_BALLOT_FORMAT");
  // 5. The one encoding of them: zero padding, zero unused bits.
  if (!equal(bytes.subarray(HEADER_LENGTH), encodeFields(questionnaire, answers))) throw new AmanaError("ERR_BALLOT_FORMAT");
  return { withdrawn: false, answers };
}

function encodeFields(questionnaire: Questionnaire, answers: Answers): Uint8Array {
  return concat(...itemsOf(questionnaire).map((item) => encodeField(item, answerTo(answers, item.id))));
}

function decodeFields(questionnaire: Questionnaire, reader: Reader): Answers {
  const answers: [string, Answer][] = [];
  for (const item of itemsOf(questionnaire)) {
    const answer = decodeField(item, reader);
    if (answer === null) throw new AmanaError("ERR_BALLOT_FORMAT");
    if (answer !== undefined) answers.push([item.id, answer]);
  }
  reader.end();
  return Object.fromEntries(answers);
}

function header(questionnaire: Questionnaire, state: number): Uint8Array {
  return concat(MAGIC, uint(state, 1), questionnaireHash(questionnaire));
}
