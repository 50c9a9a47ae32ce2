import type { ReportOptionTexts } from "../model.ts";

export const reportOptions: ReportOptionTexts = {
  role: {
    label: "Vous êtes",
    options: {
      official: "Agent(e) des douanes",
      trader: "Opérateur économique",
      broker: "Commissionnaire en douane",
      carrier: "Transporteur",
      traveller: "Voyageur ou voyageuse",
      other: "Autre",
    },
  },
  type: {
    label: "De quoi il s’agit",
    options: {
      "bribe-asked": "Un pot-de-vin a été demandé",
      "bribe-offered": "Un pot-de-vin a été offert",
      "payment-made": "Un paiement indu a été fait",
      "undue-delay": "Un retard injustifié",
      favouritism: "Favoritisme",
      "exemption-abuse": "Abus d’une exonération",
      falsification: "Documents falsifiés",
      leak: "Fuite d’informations",
      retaliation: "Représailles",
      "conflict-of-interest": "Conflit d’intérêts",
      other: "Autre chose",
    },
  },
  step: {
    label: "À quelle étape",
    options: {
      declaration: "Déclaration",
      valuation: "Valeur",
      classification: "Classement tarifaire",
      origin: "Origine",
      inspection: "Visite",
      release: "Mainlevée",
      transit: "Transit",
      warehouse: "Entrepôt",
      exemption: "Exonération ou admission temporaire",
      refund: "Remboursement",
      audit: "Contrôle a posteriori",
      licence: "Licence ou agrément d’opérateur",
      urgent: "Envoi urgent",
      travellers: "Voyageurs",
      other: "Autre étape",
    },
  },
  region: {
    label: "Genre de lieu",
    options: {
      seaport: "Port maritime",
      airport: "Aéroport",
      "land-border": "Frontière terrestre",
      inland: "Bureau intérieur",
      headquarters: "Service central",
      online: "En ligne ou par téléphone",
    },
  },
  period: {
    label: "Quand",
    options: {
      month: "Le mois dernier",
      quarter: "Il y a un à trois mois",
      year: "Il y a trois à douze mois",
      earlier: "Il y a plus d’un an",
      ongoing: "Cela dure encore",
    },
  },
  band: {
    label: "Valeur en jeu",
    options: {
      none: "Ni argent ni biens",
      small: "Faible : jusqu’à un jour de salaire",
      medium: "Moyenne : jusqu’à un mois de salaire",
      large: "Élevée : plus d’un mois de salaire",
      unknown: "Inconnue",
    },
  },
  outcome: {
    label: "Comment cela s’est terminé",
    options: {
      paid: "Payé",
      "refused-served": "Refusé, et servi malgré tout",
      "refused-delayed": "Refusé, puis retardé ou pénalisé",
      pending: "Pas encore terminé",
    },
  },
  frequency: { label: "Combien de fois", options: { once: "Une fois", repeated: "De façon répétée", organised: "C’est organisé" } },
  source: {
    label: "Comment vous le savez",
    options: { experienced: "Cela m’est arrivé", witnessed: "Je l’ai vu", told: "On me l’a dit", documents: "Par des documents" },
  },
  consent: {
    label: "Il peut servir",
    options: {
      statistics: "Aux statistiques seulement",
      mailbox: "À me poser des questions, par ce site",
      investigate: "À une enquête, et à me poser des questions",
    },
  },
};
