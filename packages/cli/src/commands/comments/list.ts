import { type Command, text } from "../../terminal/command.ts";
import { quoted } from "../../terminal/printable.ts";
import { readComments } from "./ballots.ts";

export const commentsList: Command = {
  name: "comments list",
  summary: "List the opened comments of a round, on the machine that counted. They are never published as they were written.",
  positionals: ["FILE"],
  options: {
    audience: { type: "string", value: "NAME", describe: "those of one audience alone" },
    item: { type: "string", value: "ID", describe: "those on one question alone" },
  },
  examples: [
    "amana comments list trustee.key.work/wave-2026/ballots.json",
    "amana comments list trustee.key.work/wave-2026/ballots.json --audience officials",
  ],
  notes: [
    "FILE is what amana trustee count left in your work folder. Read it on that machine, alone; do not copy it.",
    "The number before a comment is for amana comments redact. Their order says nothing of who wrote when.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const [audience, item] = [text(values, "audience"), text(values, "item")];
    const comments = (await readComments(path)).filter(
      (each) => (audience === undefined || each.audience === audience) && (item === undefined || each.item === item),
    );
    for (const comment of comments) {
      io.say(`${comment.ref}  ${comment.audience} ${comment.item}`);
      io.say(quoted(comment.text));
    }
    io.say(comments.length === 1 ? "1 comment" : `${comments.length} comments`);
    io.result({ comments });
    return 0;
  },
};
