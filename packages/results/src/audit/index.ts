export { derivable, rankOf } from "./derivable.ts";
export { added, type Form, type Known, sumOf } from "./form.ts";
export { firstExposed, LEAST_VALUES, neededWidth, protectCells, type TableCell } from "./protect.ts";
export { type Range, rangeOf } from "./range.ts";
export { type AuditedRelease, auditReleases, type Exposure } from "./releases.ts";
export { type GroupAnswers, LEAST_SIDES, protectSides } from "./sides.ts";
