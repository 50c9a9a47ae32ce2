/** Who is behind the trial programme. In a real one each makes its own key, on its own machine. */
export const ORGANISATIONS = [
  { id: "customs", name: { ar: "إدارة الجمارك", en: "Customs Administration", fr: "Administration des douanes" } },
  { id: "federation", name: { ar: "اتحاد المؤسسات", en: "Federation of Enterprises", fr: "Fédération des entreprises" } },
  {
    id: "observatory",
    name: { ar: "المرصد المستقل للنزاهة", en: "Independent Integrity Observatory", fr: "Observatoire indépendant de l’intégrité" },
  },
] as const;

/** The organisation whose people answer reports. */
export const HANDLER = "observatory";

export const PROGRAMME_NAME = { ar: "أمانة · تجربة", en: "Amana · Trial", fr: "Amana · Essai" };

export const WAVE = "wave-1";
export const CHANNEL = "reports-1";

export const WAVE_TITLE = {
  ar: "استطلاع النزاهة في الجمارك",
  en: "Customs integrity survey",
  fr: "Enquête sur l’intégrité en douane",
};
export const CHANNEL_TITLE = { ar: "الإبلاغ عن واقعة", en: "Report an incident", fr: "Signaler un fait" };

export const AUDIENCES = {
  officials: { ar: "موظفو الجمارك", en: "Customs officials", fr: "Agents des douanes" },
  "private-sector": { ar: "القطاع الخاص", en: "Private sector", fr: "Secteur privé" },
} as const;
