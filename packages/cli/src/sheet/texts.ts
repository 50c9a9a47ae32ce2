/** The languages that cards can be printed in, in the order in which they are offered. */
export const SHEET_LANGUAGES = ["ar", "fr", "en"] as const;
export type SheetLanguage = (typeof SHEET_LANGUAGES)[number];

interface CardTexts {
  readonly direction: "ltr" | "rtl";
  /** What to do with the card; nothing of the subject, as others may see it lie about. */
  readonly scan: string;
  /** The programme's digits stand on the card, and on the form's first page. */
  readonly compare: string;
  readonly once: string;
}

/** English is the source; French and Arabic are drafts that no native speaker has signed. */
export const CARD_TEXTS: Readonly<Record<SheetLanguage, CardTexts>> = {
  ar: {
    direction: "rtl",
    scan: "صوّر المربع، أو افتح العنوان واكتب الرمز، من جهازك الخاص.",
    compare: "قارن الأرقام أعلاه بما تعرضه الصفحة.",
    once: "لشخص واحد ولمرة واحدة. لا تعره أحدًا، وأتلفه بعد استعماله.",
  },
  fr: {
    direction: "ltr",
    scan: "Scannez le carré, ou ouvrez l’adresse et tapez le code, depuis votre propre appareil.",
    compare: "Comparez les chiffres ci-dessus avec ceux de la page.",
    once: "Pour une seule personne, une seule fois. Ne le prêtez pas ; détruisez-le ensuite.",
  },
  en: {
    direction: "ltr",
    scan: "Scan the square, or open the address and type the code, on your own device.",
    compare: "Compare the digits above with those on the page.",
    once: "For one person, once. Lend it to nobody; destroy it when it is used.",
  },
};
