import { type Job, outcome } from "./outcome.ts";
import { play } from "./play.ts";

/** Plays the games that it is sent, one after the other, and sends what came of each. */
process.on("message", (job: Job) => {
  play(job).then(
    (played) => process.send?.({ outcome: outcome(played) }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
