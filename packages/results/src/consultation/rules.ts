/**
 * When a consultation stops, fixed before its first round: it stands in the analysis plan, whose hash all trustees sign. Shares are whole points.
 * The shape is that of published Delphi studies: a consensus that is declared beforehand, and stability between rounds.
 */
export interface ConsultationRules {
  /** A statement is settled when in every side at least so many agree … */
  readonly agree: number;
  /** … and fewer than so many disagree. */
  readonly disagree: number;
  /** It is stable, and asked no more, when no side's agreement moved by so many points or more since the round before. */
  readonly stable: number;
  /** There are at most so many rounds. */
  readonly rounds: number;
}

/** 70 % agree and under 15 % disagree in each side; a move under 5 points is none; two rounds. */
export const DEFAULT_RULES: ConsultationRules = { agree: 70, disagree: 15, stable: 5, rounds: 2 };

/** What each rule must be: never less than a majority of every side, never more than four rounds. */
export const RULE_LIMITS: Readonly<Record<keyof ConsultationRules, readonly [least: number, most: number]>> = {
  agree: [51, 100],
  disagree: [1, 49],
  stable: [1, 20],
  rounds: [1, 4],
};
