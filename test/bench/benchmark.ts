/** One line of a benchmark: what was measured, and what quality asks of it. Benchmarks add members of their own. */
export interface Row {
  /** The benchmark. */
  readonly name: string;
  readonly value: number;
  /** Of `value` and `limit`. */
  readonly unit: string;
  /** What `value` is held against: the bare operation of the same run, or the largest value allowed. Null where nothing is asked. */
  readonly limit: number | null;
  /** `value` over `limit`; null where nothing is asked. */
  readonly ratio: number | null;
  /** Whether it reaches what is asked; null where nothing is. */
  readonly passed: boolean | null;
  readonly [member: string]: number | string | boolean | null;
}

export interface BenchmarkOptions {
  /** A smaller form of at most a minute. */
  readonly short: boolean;
  /** Says how far it is: a line for a person. */
  readonly progress: (line: string) => void;
}

/** Measures and gives its rows as they are known. Each benchmark is a module of this folder that exports one as `run`. */
export type Benchmark = (options: BenchmarkOptions) => AsyncIterable<Row>;
