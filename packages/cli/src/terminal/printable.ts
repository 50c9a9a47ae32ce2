/**
 * Text for a terminal without what a terminal would obey: a reporter, a server or an organisation's name must not move the cursor, hide a line,
 * turn letters round (U+202A–202E, U+2066–2069) or set a title. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** The same on one line: what somebody else wrote must not look like a line of ours. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " "));
}

/** Columns of what somebody else wrote: a terminal that breaks a long line itself begins the rest at its edge, where our own lines begin. */
const WIDTH = 76;

/** Lines of what somebody else wrote, each behind a bar: none can look like one of ours, as a reply of a handler or a line of a history. */
export function quoted(text: string): string {
  const lines = printable(text)
    .split("\n")
    .flatMap((line) => line.match(new RegExp(`.{1,${WIDTH}}(?:\\s|$)|.{1,${WIDTH}}`, "gu")) ?? [""]);
  return lines.map((line) => `  │ ${line}`).join("\n");
}
