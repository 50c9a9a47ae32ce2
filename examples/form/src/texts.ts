import type { Language } from "@amana/elements";

/** Words of the start page. Arabic and French are drafts. */
export interface Texts {
  readonly review: string;
  readonly site: string;
  readonly title: string;
  readonly intro: string;
  readonly surveys: string;
  readonly reports: string;
  readonly reportsText: string;
  readonly report: string;
  readonly code: string;
  readonly codeHint: string;
  readonly open: string;
  readonly comeBack: string;
  readonly none: string;
  readonly loading: string;
  readonly tryAgain: string;
  readonly states: Readonly<Record<"upcoming" | "enrolling" | "open" | "closed" | "released" | "cancelled", string>>;
  readonly about: string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    review: "none",
    site: "Integrity feedback",
    title: "Say what you saw",
    intro: "Nobody needs your name here. Choose what you came for.",
    surveys: "Surveys",
    reports: "Report an incident",
    reportsText: "Tell what you saw or went through, and keep talking with those who handle it, without a name.",
    report: "Go to the reporting channel",
    code: "Invitation code",
    codeHint:
      "17 letters and digits, on your invitation. If it shows several codes, type them one after the other with a full stop between.",
    open: "Open with this code",
    comeBack: "Come back with my secret code",
    none: "No survey is open at the moment.",
    loading: "One moment…",
    tryAgain: "Try again",
    states: {
      upcoming: "Not open yet",
      enrolling: "Enrolment is open",
      open: "Open",
      closed: "Closed",
      released: "Results are out",
      cancelled: "Cancelled",
    },
    about: "Amana, free software",
  },
  fr: {
    review: "none",
    site: "Écoute et intégrité",
    title: "Dites ce que vous avez vu",
    intro: "Personne n’a besoin de votre nom ici. Choisissez ce qui vous amène.",
    surveys: "Enquêtes",
    reports: "Signaler un fait",
    reportsText: "Dites ce que vous avez vu ou subi, et poursuivez l’échange avec ceux qui s’en occupent, sans nom.",
    report: "Aller au canal de signalement",
    code: "Code d’invitation",
    codeHint:
      "17 lettres et chiffres, sur votre invitation. Si elle porte plusieurs codes, tapez-les l’un après l’autre, séparés par un point.",
    open: "Ouvrir avec ce code",
    comeBack: "Revenir avec mon code secret",
    none: "Aucune enquête n’est ouverte en ce moment.",
    loading: "Un instant…",
    tryAgain: "Réessayer",
    states: {
      upcoming: "À venir",
      enrolling: "Inscriptions en cours",
      open: "En cours",
      closed: "Terminé",
      released: "Résultats publiés",
      cancelled: "Annulé",
    },
    about: "Amana, logiciel libre",
  },
  ar: {
    review: "none",
    site: "النزاهة والاستماع",
    title: "قل ما رأيت",
    intro: "لا يحتاج أحد هنا إلى اسمك. اختر ما جئت من أجله.",
    surveys: "الاستبيانات",
    reports: "الإبلاغ عن واقعة",
    reportsText: "احكِ ما رأيته أو ما مررت به، وواصل الحديث مع من يتولى الأمر دون ذكر اسم.",
    report: "الذهاب إلى قناة الإبلاغ",
    code: "رمز الدعوة",
    codeHint: "17 حرفًا ورقمًا مكتوبة في دعوتك. وإن كانت فيها عدة رموز فاكتبها واحدًا بعد الآخر وبينها نقطة.",
    open: "فتح بهذا الرمز",
    comeBack: "العودة برمزي السري",
    none: "لا يوجد استبيان مفتوح الآن.",
    loading: "لحظة…",
    tryAgain: "إعادة المحاولة",
    states: {
      upcoming: "لم يُفتح بعد",
      enrolling: "التسجيل مفتوح",
      open: "مفتوح",
      closed: "مغلق",
      released: "نُشرت النتائج",
      cancelled: "أُلغي",
    },
    about: "أمانة، برنامج حر",
  },
};
