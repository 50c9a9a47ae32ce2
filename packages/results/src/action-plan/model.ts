import type { LocalizedText, PROTOCOL } from "@amana/core/bytes";
import type { StatementClass } from "../consultation/index.ts";

/** A day, `2027-03-31`. */
export type Day = string;

/** Names a published figure as people do: a share of an item's answers, or a factor's index. */
export type CellName =
  | {
      readonly round: string;
      readonly audience: string;
      readonly item: string /** `favourable`, `neutral`, `unfavourable`, or an option's id. */;
      readonly measure: string;
    }
  | { readonly round: string; readonly audience: string; readonly factor: string };

/** A published figure: whole points of a hundred (or an index 0..100), its 95 % limits, and how many answers it rests on. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** A cell of a signed release, and what stands in it. Whoever has the release can look: nothing here is taken on trust. */
export type Cell = CellName & {
  /** SHA-256 of the round's `release.json`, which k trustees signed and which lists the hash of `results.json`. */
  readonly release: string;
  /** RFC 6901 pointer into that `results.json`. */
  readonly pointer: string;
  readonly figure: Figure;
};

/** Names what was asked about a statement: an item that both sides' questionnaires have. */
export interface PositionName {
  readonly round: string;
  readonly item: string;
}

/** What a consultation found of a statement. `cells` are its items in the signed results, one for each side; the class follows from them. */
export interface Position extends PositionName {
  readonly release: string;
  readonly cells: readonly string[];
  readonly class: StatementClass;
}

/** Who does something: a role, never a person. */
export interface Party {
  /** Id of the side. */
  readonly side: string;
  readonly role: LocalizedText;
}

/** One of the groups of people whose plan it is. Each must own a measure. */
export interface PlanSide {
  readonly id: string;
  readonly title: LocalizedText;
}

/** An avenue for progress: weighed in a consultation, or said in a workshop. */
export interface Statement<P = Position> {
  readonly id: string;
  readonly text: LocalizedText;
  /** Null for one that was not put to a consultation. */
  readonly consultation: P | null;
  /** Why nothing is done about it, and who says so. */
  readonly refusal: { readonly by: string; readonly reason: LocalizedText } | null;
}

/** What was found: condition, criterion, causes, consequence, as auditors write it. */
export interface Finding<C = Cell> {
  readonly id: string;
  readonly text: LocalizedText;
  /** Id of the factor that it speaks about. */
  readonly factor: string | null;
  /** What should be: the rule or promise that it is measured by. */
  readonly criterion: LocalizedText;
  /** What is, in published figures. */
  readonly figures: readonly { readonly text: LocalizedText; readonly cell: C }[];
  readonly causes: readonly LocalizedText[];
  readonly consequence: LocalizedText | null;
}

/** What will tell whether a measure worked: one published figure, now and in the next wave. */
export interface Indicator<C = Cell> {
  readonly text: LocalizedText;
  /** The baseline. */
  readonly cell: C;
  /** Whole points, 0..100. */
  readonly target: number;
  /** How many answers the next wave is expected to give for this figure; as many as the baseline's if null. */
  readonly expectedBase: number | null;
}

/** What is done about a finding. */
export interface Measure<C = Cell> {
  readonly id: string;
  readonly text: LocalizedText;
  /** Id of the finding. */
  readonly finding: string;
  /** Ids of the statements that it takes up. */
  readonly statements: readonly string[];
  readonly owner: Party;
  /** Who of another side works on it too. */
  readonly partner: Party | null;
  readonly start: Day;
  readonly due: Day;
  readonly effort: "small" | "medium" | "large";
  /** Ids of measures that must be done before this one starts. */
  readonly after: readonly string[];
  readonly indicator: Indicator<C>;
}

/** What happened to a measure. Facts only: where it stands is computed from them (`measureStatus`). */
export interface Update<C = Cell> {
  readonly id: string;
  readonly measure: string;
  readonly date: Day;
  /** `measured`: a later wave gave the indicator's figure, which stands in `measured`. */
  readonly event: "started" | "progress" | "done" | "stopped" | "measured";
  readonly text: LocalizedText;
  readonly evidence: readonly Evidence[];
  readonly measured: C | null;
}

/** Something that anyone can look at. */
export interface Evidence {
  /** What it is; its address stands for it where null. */
  readonly text: LocalizedText | null;
  /** `https://…` */
  readonly address: string;
  /** SHA-256 of what stood there, so that it cannot be exchanged. */
  readonly sha256: string | null;
}

/** What people write and sign up to. `C` and `P` are names of figures in a file, the figures themselves in a plan. */
export interface PlanBody<C = Cell, P = Position> {
  /** `[a-z0-9-]`: in its address, for ever. */
  readonly plan: string;
  /** Every text is in each of them. */
  readonly locales: readonly string[];
  readonly title: LocalizedText;
  readonly introduction: LocalizedText;
  readonly sides: readonly PlanSide[];
  /** The wave that will measure the indicators. */
  readonly nextWave: { readonly round: string; readonly opens: Day };
  readonly findings: readonly Finding<C>[];
  readonly statements: readonly Statement<P>[];
  readonly measures: readonly Measure<C>[];
  /** In the order in which they were added. */
  readonly updates: readonly Update<C>[];
}

/** A joint action plan as someone writes it: figures by name. */
export type PlanFile = PlanBody<CellName, PositionName>;

/**
 * One revision of a joint action plan. Its canonical bytes are a content-addressed file that a `plan` entry of the ledger names; `previous`
 * chains it to the revision before, so that what was promised, and when it was changed, stays.
 */
export interface ActionPlan extends PlanBody {
  readonly protocol: typeof PROTOCOL;
  readonly type: "plan";
  /** 0 for the first. */
  readonly revision: number;
  /** SHA-256 of the revision before; null for the first. */
  readonly previous: string | null;
  /** Unix seconds, of whoever published it. */
  readonly published: number;
}
