import type { ReportMarkTexts } from "../model.ts";

export const reportMark: ReportMarkTexts = {
  intro:
    "Avez-vous participé à une enquête de ce programme et gardé son code secret ? Votre signalement peut alors porter une marque : son auteur est l’une des personnes qu’une organisation a invitées comme fonctionnaire, comme opérateur ou à un autre titre.",
  tells:
    "Ceux qui traitent les signalements voient l’enquête et votre groupe. Ils ne voient ni qui vous êtes ni ce que vous avez répondu, et personne ne peut déduire de la marque laquelle des personnes ayant participé vous êtes.",
  narrows: "Votre rôle, la région et ce que vous racontez peuvent tout de même réduire ce nombre.",
  once: "Un code marque un seul signalement. Dans un second, la même marque apparaît : ceux qui les traitent voient que les deux viennent d’une même personne.",
  here: "Ce que vous tapez ici reste sur cet appareil et n’est pas conservé. Les listes où la marque est cherchée ont déjà été chargées, comme pour chaque visiteur : celui qui gère ce serveur n’apprend pas si votre signalement porte une marque.",
  code: "Code secret de l’enquête",
  codeHint: "Celui que vous avez noté lors de l’enquête, pas celui de ce signalement. 27 lettres et chiffres.",
  find: "Chercher ma marque",
  surveys: "Enquêtes dont une marque peut venir",
  ready: "{survey} : ses listes sont là.",
  early: "{survey} : pas avant la fin des inscriptions, le {date}, et la publication de ses listes.",
  large: "{survey} : trop de personnes y ont participé pour qu’une marque soit cherchée dans ce formulaire.",
  unusable: "Une enquête dont ce serveur ne montre pas les listes comme il le devrait.",
  notFound:
    "Aucune marque ne correspond à ce code. Est-ce bien celui d’une de ces enquêtes, et non celui d’un signalement ? Qui a participé sans garder de code n’en a pas.",
  notYet:
    "Aucune marque ne correspond encore à ce code. Il manque des listes d’une enquête : voyez ci-dessous quand elles peuvent arriver.",
  tooFew: "Trop peu de personnes ont participé avec vous : une marque montrerait trop bien qui vous êtes. Continuez sans marque.",
  given: "Votre signalement portera cette marque",
  crowd: {
    one: "{count} seule personne a cette marque : vous. Elle montre qui vous êtes.",
    other: "{count} personnes ont cette marque. Personne ne peut en déduire laquelle vous êtes.",
  },
  keep: "Continuer avec cette marque",
  remove: "Retirer la marque",
};
