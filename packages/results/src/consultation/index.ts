export { POSITIONS, type StatementClass, type Weighed, weighStatement } from "./published.ts";
