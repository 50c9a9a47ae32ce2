/**
 * Text for a terminal without what a terminal would obey: a reporter, a server or an organisation's name must not move the cursor, hide a line
 * or set a title. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** The same on one line: what somebody else wrote must not look like a line of ours. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " "));
}
