import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { openInvitation } from "@amana/client";
import { formatCode } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";

/**
 * Answers a survey from a script, for those who do not trust JavaScript that a server sends them:
 *
 *     node dist/answer.js 'https://…/wave-1#officials.CODE' --programme ID --answers answers.json
 *
 * Without --answers it prints the questions, and sends nothing but the enrolment.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { programme: { type: "string" }, answers: { type: "string" } },
});
const [link] = positionals;
if (link === undefined || values.programme === undefined) {
  process.stderr.write("Usage: node dist/answer.js LINK --programme ID [--answers FILE]\n");
  process.exit(2);
}

try {
  const round = await openInvitation(link, { programme: values.programme });
  process.stdout.write(`${Object.values(round.title)[0]}\nDigits of the programme: ${round.digits}\n`);
  const secretCode = round.newSecretCode();
  process.stdout.write(
    `Your secret code: ${formatCode(secretCode)}\nWho finds it can find out that this was you. It changes or withdraws your answer.\n`,
  );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  await terminal.question("Write it down, then press Enter. ");
  terminal.close();

  const credential = await round.enrol(secretCode);
  if (values.answers === undefined) {
    const items = credential.questionnaire.sections.flatMap((section) => section.items);
    for (const { id, kind, text } of items) process.stdout.write(`${id} (${kind}) ${Object.values(text)[0]}\n`);
  } else {
    const receipt = await credential.submit(JSON.parse(await readFile(values.answers, "utf8")));
    process.stdout.write(receipt.text);
  }
} catch (error) {
  if (!isAmanaError(error)) throw error;
  process.stderr.write(`${error.message} (${error.code})\n`);
  process.exitCode = 2;
}
