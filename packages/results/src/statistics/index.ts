export { type Interval, newcombe, wilson, Z95 } from "./proportion.ts";
export { studentQuantile95 } from "./student.ts";
