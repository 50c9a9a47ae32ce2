/** What a step leaves to print: fixed facts of the round. */
export interface StepReport {
  readonly step: string;
  /** Exit code. */
  readonly code: number;
  readonly [fact: string]: unknown;
}
