import type { StatementClass } from "../../../consultation/index.ts";
import type { PlanChange } from "../../history.ts";
import type { Update } from "../../model.ts";
import type { MeasureStatus } from "../../status.ts";

/** The words of the plan's page. `{name}` is a place for a value. */
export interface PlanMessages {
  readonly pageKind: string;
  readonly languages: string;
  readonly contents: string;
  readonly trial: string;
  readonly asOf: string;
  readonly standing: string;
  readonly standingNote: string;
  readonly measures: string;
  readonly finding: string;
  readonly criterion: string;
  readonly condition: string;
  readonly causes: string;
  readonly consequence: string;
  readonly measure: string;
  readonly owner: string;
  readonly partner: string;
  readonly from: string;
  readonly due: string;
  readonly effort: string;
  readonly small: string;
  readonly medium: string;
  readonly large: string;
  readonly indicator: string;
  readonly baseline: string;
  readonly target: string;
  readonly measured: string;
  readonly change: string;
  readonly notMeasured: string;
  readonly updates: string;
  readonly noUpdates: string;
  readonly evidence: string;
  readonly statements: string;
  readonly statementsNote: string;
  readonly workshop: string;
  readonly taken: string;
  readonly refusedBy: string;
  readonly undecided: string;
  readonly news: string;
  readonly feed: string;
  readonly history: string;
  readonly historyNote: string;
  readonly revision: string;
  readonly current: string;
  readonly nothingChanged: string;
  readonly check: string;
  readonly checkNote: string;
  readonly checkCommand: string;
  readonly checkLimit: string;
  readonly number: string;
  readonly place: string;
  readonly release: string;
  readonly data: string;
  readonly answers: string;
}

/** One language of the plan's page. */
export interface PlanCatalogue {
  readonly messages: PlanMessages;
  readonly status: Readonly<Record<MeasureStatus, string>>;
  readonly class: Readonly<Record<StatementClass, string>>;
  readonly event: Readonly<Record<Update["event"], string>>;
  readonly changed: Readonly<Record<PlanChange["what"], string>>;
  readonly kind: Readonly<Record<PlanChange["kind"], string>>;
}
