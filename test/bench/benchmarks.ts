import type { Benchmark } from "./benchmark.ts";

/** Every benchmark by its name: what it measures, and its module, loaded when it is asked for. */
export const BENCHMARKS: Readonly<Record<string, { readonly about: string; readonly load: () => Promise<{ readonly run: Benchmark }> }>> = {
  linkage: {
    about: "how many answers a thief of the disk, or an operator who watches, matches with their people beyond chance",
    load: () => import("./linkage/run.ts"),
  },
  audit: {
    about: "verifying a whole ledger of 100,000 submissions, against its bare signature checks, and the memory it takes",
    load: () => import("./audit/run.ts"),
  },
  admission: {
    about: "durable admissions a second on the lowdb store, against a bare handler and the least that durability costs",
    load: () => import("./admission/run.ts"),
  },
  results: {
    about: "all tables of 100,000 ballots with intervals, suppression and audit, against a bare pass over the ballots",
    load: () => import("./results/run.ts"),
  },
  growth: {
    about: "what an admission costs the lowdb store, in time and memory, as more and more are stored",
    load: () => import("./growth/run.ts"),
  },
  flood: {
    about: "how long an honest report and a handler's list take while 10,000 messages of junk arrive",
    load: () => import("./flood/run.ts"),
  },
};
