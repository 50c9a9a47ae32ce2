import { type Case, change } from "@amana/client/handler";
import { CASE_STATES, type CaseState } from "@amana/core/cases";
import { table } from "../../terminal/columns.ts";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { type ChannelSession, openChannelSession, REPORT_OPTIONS } from "./session.ts";

/** Cases that one command changes at most: each is a record, which every other handler's tool opens. */
const MOST = 1000;
/** A case, and the state that it is to have. */
interface Step {
  readonly of: Case;
  readonly state: CaseState;
}

function stateNamed(name: string): CaseState {
  const known = CASE_STATES.find((each) => each === name);
  if (known === undefined) throw new UsageError(`A state is one of ${CASE_STATES.join(", ")}`);
  return known;
}

function matching({ inbox }: ChannelSession, values: Values): readonly Case[] {
  const [label, words] = [text(values, "label"), text(values, "containing")?.toLowerCase()];
  return inbox.cases.filter(({ history, messages, markedAudience }) => {
    if (label !== undefined && !history.labels.includes(label)) return false;
    if (values.marked !== true && typeof markedAudience === "string") return false;
    return words === undefined || messages.some(({ document }) => document.text.toLowerCase().includes(words));
  });
}

/** What is to be set: cases in `--state`; or, to undo it, those that this handler put into the state today, each to what it was before. */
function stepsOf(session: ChannelSession, state: CaseState, values: Values): readonly Step[] {
  const cases = matching(session, values);
  if (values.undo !== true) {
    const from = stateNamed(text(values, "state") ?? "received");
    return cases.filter(({ history }) => history.state === from && from !== state).map((of) => ({ of, state }));
  }
  return cases.flatMap((of) => {
    const set = of.history.records.filter(({ document }) => document.change.kind === "state");
    const [before, last] = [set.at(-2)?.document.change, set.at(-1)];
    const isMine = last?.handler === session.holder && last.document.day === session.inbox.today && of.history.state === state;
    return isMine ? [{ of, state: before?.kind === "state" ? before.state : "received" }] : [];
  });
}

async function agreed(steps: readonly Step[], values: Values, io: Io): Promise<boolean> {
  // All of them: one that is no junk among a thousand is seen here or nowhere.
  for (const row of table(
    steps.map(({ of, state }) => [of.reference, `${of.history.state} → ${state}`, oneLine(of.first.document.text).slice(0, 60)]),
  ))
    io.say(row);
  if (values.yes === true) return true;
  const answer = await io.ask(`Type ${steps.length} to change that many cases: `);
  if (answer === null) throw new UsageError("Nobody is there to be asked: look at what it would change, then give --yes");
  return answer.trim() === String(steps.length);
}

export const reportsStateAll: Command = {
  name: "reports state-all",
  summary: "Say of many cases at once where they stand, as after a flood of junk. It can be undone on the same day.",
  positionals: ["STATE"],
  options: {
    ...REPORT_OPTIONS,
    state: { type: "string", value: "STATE", describe: "cases that are in this state now (received)" },
    label: { type: "string", value: "LABEL", describe: "only cases with this label" },
    containing: { type: "string", value: "WORDS", describe: "only cases in whose text these words stand" },
    marked: { type: "boolean", describe: "also reports that bear a mark: only people of a survey's audience have one" },
    undo: { type: "boolean", describe: "set back what you put into STATE today" },
    yes: { type: "boolean", describe: "do not ask" },
  },
  examples: [
    'amana reports state-all junk --containing "cheap watches" --key handler.key --round reports-2026-12',
    "amana reports state-all junk --undo --key handler.key --round reports-2026-12",
  ],
  notes: [
    "Shows all that it would change, and asks. Without a filter it takes all that nobody has looked at.",
    "Whoever was taken for junk and writes again on a later day stands in the list again.",
    `At most ${MOST} cases at a time; a command that was stopped goes on where it was when it is called again.`,
  ],
  async run({ positionals: [name = ""], values }, io) {
    const state = stateNamed(name);
    const session = await openChannelSession(values, io);
    const steps = stepsOf(session, state, values).slice(0, MOST);
    if (steps.length === 0) {
      io.say("No such cases.");
      io.result({ changed: 0 });
      return 0;
    }
    if (!(await agreed(steps, values, io))) {
      io.say("Nothing was changed.");
      io.result({ changed: 0 });
      return 0;
    }
    const bar = io.progress("writing records", steps.length);
    let changed = 0;
    try {
      for (const step of steps) {
        await change(session.inbox, step.of, { kind: "state", state: step.state });
        changed += 1;
        bar.update(changed);
      }
    } finally {
      bar.stop();
    }
    io.say(`${changed} cases changed. To set them back today: amana reports state-all ${state} --undo`);
    io.result({ changed });
    return 0;
  },
};
