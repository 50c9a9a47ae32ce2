/** What a text may give away. */
export type Risk = "email" | "number" | "plate" | "name" | "alone";

/**
 * Looks for what may point to a person: e-mail addresses, phone and identity numbers, vehicle plates, names, and "only I knew", in Arabic
 * and Latin script with either kind of digits. Runs on this device only. It is a hint for the writer: it misses things
 * and is sometimes wrong, so nothing is ever refused or removed because of it.
 */
export function risksIn(text: string): readonly Risk[] {
  const plain = latinDigits(text);
  const checks: readonly (readonly [Risk, (text: string) => boolean])[] = [
    ["email", (value) => /[^\s@<>]\s?(?:@|\[at\]|\(at\))\s?[^\s@<>.]{1,64}\.\p{L}{2,}/iu.test(value)],
    ["number", hasNumber],
    ["plate", hasPlate],
    ["name", hasName],
    ["alone", (value) => ALONE.test(value)],
  ];
  return checks.filter(([, found]) => found(plain)).map(([risk]) => risk);
}

/** That nobody else knew, saw or was there: whoever reads it looks for the one who did. */
const ALONE =
  /(?<!\p{L})(?:only (?:I|me)(?!\p{L})|I (?:was|am) (?:the only|alone)|no ?(?:body|one) else (?:knew|knows|saw|was)|(?:moi|je) seul|j[’']étais (?:la |le )?seul|je suis (?:la |le )seul|personne d[’']autre (?:ne|n[’'])|لا يعرف(?:ه|ها)? (?:أحد )?(?:غيري|سواي)|(?:كنت|أنا) (?:وحدي|الوحيد)|[وف]?لم (?:ير(?:ه|ها)?|يكن(?: هناك| هنا| معي)?) (?:أحد )?(?:غيري|سواي))/iu;

/** Arabic-Indic and Persian digits as 0 to 9, so that every rule below is written once. */
function latinDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}

/** Six or more digits in a row, or seven and more in groups; not years, dates and round sums. */
function hasNumber(text: string): boolean {
  const runs = text.match(/(?:\+|00)?\d(?:[\s\u00a0().-]?\d){5,}/g) ?? [];
  return runs.some((run) => !isHarmless(run.trim()));
}

function isHarmless(run: string): boolean {
  if (/^(?:19|20)\d\d\s?[-\s.]\s?(?:19|20)\d\d$/.test(run)) return true;
  if (/^\d{1,2}[-.\s]\d{1,2}[-.\s](?:19|20)?\d\d$/.test(run) || /^(?:19|20)\d\d-\d{1,2}-\d{1,2}$/.test(run)) return true;
  return /^\d{1,3}(?:[\s\u00a0.]?000)+$/.test(run);
}

/** Latin (AA-123-AA, 123 TU 4567, RS 12345) and Arabic (123 تونس 4567, 12345-أ-6) plates. */
function hasPlate(text: string): boolean {
  return (
    /(?<![\p{L}\d])[A-Z]{2}[-\s]?\d{3}[-\s]?[A-Z]{2}(?![\p{L}\d])/u.test(text) ||
    /(?<!\d)\d{1,3}\s?(?:TU|TUN|تونس|ت\.?ن)\s?\d{1,4}(?!\d)/iu.test(text) ||
    /(?<![\p{L}\d])(?:RS|NT|CD|MC|CMD)[-\s]?\d{3,6}(?!\d)/u.test(text) ||
    /(?<!\d)\d{1,6}\s?[-|]\s?[أابدهوطجي]\s?[-|]\s?\d{1,2}(?!\d)/u.test(text)
  );
}

const TITLES = /(?<!\p{L})(?:Mr|Mrs|Ms|Mme|Mlle|Madame|Monsieur|M|Dr|Si|Colonel|Lieutenant|Capitaine|Captain|Inspecteur)\.?\s\p{Lu}\p{L}+/u;
const ARABIC_TITLES =
  /(?<!\p{L})(?:السيد|السيدة|الآنسة|الدكتور|الدكتورة|الأستاذ|الأستاذة|العقيد|الرائد|النقيب|الملازم|الضابط|المدعو|المدعوة|اسمه|اسمها)\s+(?!الذي|التي|في|من|هو|هي)\p{L}{2,}/u;
const ARABIC_NAMES =
  /(?<!\p{L})(?:محمد|أحمد|احمد|حسين|فاطمة|خديجة|مريم|يوسف|إبراهيم|ابراهيم|خالد|سامي|عبد\s?ال\p{L}{2,}|\p{L}{2,}\s(?:بن|ابن)\s\p{L}{2,})(?!\p{L})/u;

/** Words that make two capitals an office or an organisation, not a person. */
const OFFICES = new Set(
  "World Customs National International United Nations Port Code Ministry Office Direction Bureau Douane Douanes Organisation Organization Chamber Chambre Ministère State Union Police Authority Tribunal".split(
    " ",
  ),
);

/** Two capitalised words in a row inside a sentence. */
function capitalPairs(text: string): string[][] {
  return [...text.matchAll(/(?<=[\p{Ll}\d,;:)]\s)(\p{Lu}\p{Ll}+)\s(\p{Lu}\p{Ll}+)/gu)].map((match) => match.slice(1));
}

/** A title before a capital, two capitals inside a sentence, "X ben Y", an Arabic title or a frequent Arabic given name. */
function hasName(text: string): boolean {
  return (
    TITLES.test(text) ||
    ARABIC_TITLES.test(text) ||
    ARABIC_NAMES.test(text) ||
    /(?<!\p{L})\p{Lu}\p{L}+\s(?:[Bb]en|[Bb]in|[Ii]bn|[Ee]l|[Aa]l|[Aa]bd)[\s-]\p{Lu}\p{L}+/u.test(text) ||
    capitalPairs(text).some((pair) => !pair.some((word) => OFFICES.has(word)))
  );
}
