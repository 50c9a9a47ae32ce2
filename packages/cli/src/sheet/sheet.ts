import { qrSvg } from "./qr.ts";
import { CARD_TEXTS, type SheetLanguage } from "./texts.ts";

/** One invitation to print. */
export interface Card {
  /** The code in groups, as a person types it. */
  readonly code: string;
  readonly link: string;
  readonly spare: boolean;
}

/** What all cards of a sheet share. */
export interface SheetOptions {
  /** Where the code can be typed: the server's address, without anything secret. */
  readonly address: string;
  /** The programme's digits, six groups of four. */
  readonly digits: string;
  /** In this order on every card. */
  readonly languages: readonly SheetLanguage[];
}

const STYLE = `
@page { size: A4; margin: 8mm; }
* { box-sizing: border-box; margin: 0; padding: 0; }
body { font: 8pt/1.35 system-ui, "Noto Sans", "Noto Naskh Arabic", "Segoe UI", Arial, sans-serif; color: #000; background: #fff; }
.note { border: 2px solid #000; padding: 4mm; margin: 4mm; font-size: 11pt; }
.cards { display: grid; grid-template-columns: 1fr 1fr; inline-size: 194mm; margin-inline: auto; }
.spares { break-before: page; }
.card { block-size: 93mm; padding: 4mm 5mm; border: .3mm dashed #777; break-inside: avoid; overflow: hidden; display: grid; grid-template-rows: auto 1fr; gap: 2mm; }
.head { display: grid; grid-template-columns: 36mm 1fr; gap: 4mm; align-items: center; direction: ltr; }
.qr { inline-size: 36mm; block-size: 36mm; }
.code, .digits { font-family: ui-monospace, "DejaVu Sans Mono", "Courier New", monospace; direction: ltr; unicode-bidi: isolate; }
.code { font-size: 12.5pt; font-weight: 700; line-height: 1.35; overflow-wrap: break-word; }
.code span { white-space: nowrap; }
.address { font-size: 8pt; overflow-wrap: anywhere; direction: ltr; margin-block-start: 2mm; }
.words { display: grid; gap: 1.6mm; align-content: start; }
.digits { font-size: 9pt; white-space: nowrap; text-align: center; }
@media print { .note { display: none; } }
`;

/**
 * A printable page of invitations: A4, two columns of three, with lines to cut along. It loads nothing and runs nothing. Whoever has it has
 * every voice on it: who prints it deletes it.
 */
export function sheetHtml(cards: readonly Card[], options: SheetOptions): string {
  const section = (list: readonly Card[], name: string): string =>
    list.length === 0 ? "" : `<main class="cards ${name}">\n${list.map((card) => cardHtml(card, options)).join("\n")}\n</main>\n`;
  const spares = cards.filter(({ spare }) => spare);
  const last = spares.length === 0 ? "" : ` The last ${spares.length} are spares, on pages of their own.`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Invitations</title>
<style>${STYLE}</style>
<p class="note">Print this page (A4, 100 %), cut along the lines, then delete the file: whoever has a code can use it.${last}</p>
${section(
  cards.filter(({ spare }) => !spare),
  "people",
)}${section(spares, "spares")}</html>
`;
}

function cardHtml({ code, link }: Card, { address, digits, languages }: SheetOptions): string {
  const groups = code.split("-").map((group, index, all) => `<span>${escaped(group)}${index < all.length - 1 ? "-" : ""}</span>`);
  const words = languages.map((language) => {
    const { direction, scan, compare, once } = CARD_TEXTS[language];
    return `<p lang="${language}" dir="${direction}">${escaped(scan)} ${escaped(compare)} ${escaped(once)}</p>`;
  });
  return `<article class="card"><div class="head">${qrSvg(link)}<div><p class="code">${groups.join("<wbr>")}</p><p class="address">${escaped(address)}</p></div></div>
<div class="words"><p class="digits">${escaped(digits)}</p>${words.join("")}</div></article>`;
}

/** Addresses and codes stand between tags and nowhere else. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
