/** Names that Windows keeps for devices, with any ending, and spaces before it. */
const DEVICES = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;
/**
 * What a file manager obeys as soon as it shows the folder: it fetches an icon from wherever such a file says, and whoever sent it learns when and from
 * which address it was looked at.
 */
const OBEYED =
  /^(desktop\.ini|autorun\.inf)$|\.(lnk|url|website|scf|pif|desktop|library-ms|searchconnector-ms|settingcontent-ms|appref-ms|theme|themepack)$/i;
/** What reads as a path, a pattern or a stream somewhere. */
const SEPARATORS = /[/\\:*?"<>|]/g;
/** Control characters, marks of direction and of joining, spaces of no width: a name must be seen as it is. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Surrogate}]/gu;
/** Bytes of UTF-8, with room for a number behind. */
const LIMIT = 120;
const ENDING = /\.[\p{L}\p{N}]{1,12}$/u;

/**
 * A name under which a stranger's file can be saved, and whether it had to be changed. Handlers' tools call it; they show that it was, and never
 * overwrite a file. What is left is a name without a path, that no system takes for a device, a hidden file, an option, or something to obey.
 */
export function safeFileName(name: string): { readonly name: string; readonly changed: boolean } {
  const seen = name.normalize("NFC").replace(UNSEEN, "").replace(/\s+/g, " ").replace(SEPARATORS, "_");
  const bare = seen.replace(/^[ .~-]+/, "").replace(/[ .]+$/, "");
  const short = shortened(bare);
  const named = short === "" ? "attachment" : DEVICES.test(short) ? `_${short}` : short;
  const safe = OBEYED.test(named) ? `${named}_` : named;
  return { name: safe, changed: safe !== name };
}

/** Cut in the middle, so that the ending stays where it tells what the file is. */
function shortened(name: string): string {
  if (lengthOf(name) <= LIMIT) return name;
  const [ending = ""] = ENDING.exec(name) ?? [];
  const kept = [...name.slice(0, name.length - ending.length)];
  while (lengthOf(kept.join("")) + lengthOf(ending) > LIMIT) kept.pop();
  return `${kept.join("").replace(/[ .]+$/, "")}${ending}`;
}

function lengthOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
