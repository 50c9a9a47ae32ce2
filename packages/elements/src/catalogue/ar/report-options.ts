import type { ReportOptionTexts } from "../model.ts";

export const reportOptions: ReportOptionTexts = {
  role: {
    label: "أنت",
    options: {
      official: "موظف جمارك",
      trader: "تاجر أو شركة",
      broker: "وسيط جمركي",
      carrier: "ناقل",
      traveller: "مسافر",
      other: "غير ذلك",
    },
  },
  type: {
    label: "موضوع البلاغ",
    options: {
      "bribe-asked": "طُلبت رشوة",
      "bribe-offered": "عُرضت رشوة",
      "payment-made": "دُفع مبلغ غير مستحق",
      "undue-delay": "تأخير غير مبرر",
      favouritism: "محاباة",
      "exemption-abuse": "إساءة استعمال إعفاء",
      falsification: "وثائق مزورة",
      leak: "تسريب معلومات",
      retaliation: "انتقام",
      "conflict-of-interest": "تضارب مصالح",
      other: "أمر آخر",
    },
  },
  step: {
    label: "في أي مرحلة",
    options: {
      declaration: "التصريح",
      valuation: "القيمة",
      classification: "التصنيف التعريفي",
      origin: "المنشأ",
      inspection: "المعاينة",
      release: "رفع البضاعة",
      transit: "العبور",
      warehouse: "المستودع",
      exemption: "الإعفاء أو القبول المؤقت",
      refund: "الاسترجاع",
      audit: "المراقبة اللاحقة",
      licence: "الترخيص أو اعتماد المتعامل",
      urgent: "شحنة مستعجلة",
      travellers: "المسافرون",
      other: "مرحلة أخرى",
    },
  },
  region: {
    label: "نوع المكان",
    options: {
      seaport: "ميناء بحري",
      airport: "مطار",
      "land-border": "حدود برية",
      inland: "مكتب داخلي",
      headquarters: "إدارة مركزية",
      online: "عبر الإنترنت أو الهاتف",
    },
  },
  period: {
    label: "متى",
    options: {
      month: "خلال الشهر الماضي",
      quarter: "منذ شهر إلى ثلاثة أشهر",
      year: "منذ ثلاثة أشهر إلى سنة",
      earlier: "منذ أكثر من سنة",
      ongoing: "ما زال مستمرًا",
    },
  },
  band: {
    label: "القيمة المعنية",
    options: {
      none: "لا مال ولا سلع",
      small: "صغيرة: حتى أجر يوم",
      medium: "متوسطة: حتى أجر شهر",
      large: "كبيرة: أكثر من أجر شهر",
      unknown: "غير معروفة",
    },
  },
  outcome: {
    label: "كيف انتهى الأمر",
    options: {
      paid: "تم الدفع",
      "refused-served": "رُفض وقُدمت الخدمة مع ذلك",
      "refused-delayed": "رُفض فحدث تأخير أو عقوبة",
      pending: "لم ينته بعد",
    },
  },
  frequency: { label: "كم مرة", options: { once: "مرة واحدة", repeated: "مرارًا", organised: "الأمر منظم" } },
  source: { label: "كيف عرفت", options: { experienced: "حدث لي", witnessed: "رأيته", told: "قيل لي", documents: "من وثائق" } },
  consent: {
    label: "يجوز استعماله",
    options: { statistics: "في الإحصاءات فقط", mailbox: "لطرح أسئلة عليّ عبر هذا الموقع", investigate: "في تحقيق، ولطرح أسئلة عليّ" },
  },
};
