import { SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { aggregateReports, defaultReportsPlan, encodeReportsAggregate } from "@amana/results";
import { writeWhole } from "../../keys/write-whole.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { openChannelSession, REPORT_OPTIONS, warnOf } from "./session.ts";

export const reportsAggregate: Command = {
  name: "reports aggregate",
  summary: "Count the reports of a closed channel for publication: bands of numbers, each field alone, nothing about any one report.",
  positionals: [],
  options: {
    ...REPORT_OPTIONS,
    out: { type: "string", value: "FILE", describe: "where the tables are written (JSON)" },
    minimum: { type: "string", value: "NUMBER", describe: "from how many reports on a number is given (10; at least 5)" },
  },
  examples: ["amana reports aggregate --key handler.key --round reports-2026-12 --out reports-2026-12.json"],
  notes: [
    "Reports whose writers agreed to it and that are no junk; free text, dates, offices and names never.",
    "Once, after the channel has closed: two counts with one report between them give it away. Every handler gets the same file;",
    "compare its SHA-256 before you publish it.",
  ],
  async run({ values }, io) {
    const out = text(values, "out", true);
    const minimum = text(values, "minimum") ?? "10";
    if (!/^[1-9][0-9]{0,5}$/.test(minimum)) throw new UsageError("--minimum takes a whole number");
    const plan = defaultReportsPlan(Number(minimum));
    const session = await openChannelSession({ ...values, all: true }, io);
    const { channel, inbox } = session;
    if (channel.closedAt === null) throw new AmanaError("ERR_NOT_DUE");
    const counted = inbox.cases.filter(({ history }) => history.state !== "junk");
    const bytes = encodeReportsAggregate(
      aggregateReports({ round: channel.manifest.round, plan, reports: counted.map(({ first }) => first.document.fields) }),
    );
    const isWrong = warnOf(inbox, io);
    await writeWhole(out, bytes, 0o644);
    const sha256 = toHex(SHA256(bytes));
    io.say(`Written    ${out}`);
    io.say(`SHA-256    ${sha256}   compare it with the other handlers' before anybody publishes it`);
    io.result({ file: out, sha256 });
    return isWrong ? CHECK_FAILED : 0;
  },
};
