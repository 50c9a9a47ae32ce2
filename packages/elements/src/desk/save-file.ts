import { h } from "../ui/dom.ts";

/** Hands a file to the browser's downloads. It is bytes and nothing else to the browser: never a page, a picture or a script. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content.slice(0, content.size, "application/octet-stream"));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
