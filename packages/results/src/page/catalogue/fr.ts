import type { Catalogue } from "./messages.ts";

export const fr: Catalogue = {
  locale: "fr",
  name: "Français",
  direction: "ltr",
  review: "none",
  messages: {
    pageKind: "Résultats",
    languages: "Langues",
    contents: "Sur cette page",
    trial: "Essai",
    trialNote: "Cette consultation était un essai. Ses chiffres ne décrivent personne et ne doivent pas être cités.",

    participation: "Qui a participé",
    counted: "réponses comptées",
    ofInvited: "sur {invited} personnes invitées",
    invitedOnly: "{invited} personnes invitées",
    trustLead: "Confiance dans cette enquête",

    gaps: "Là où les deux parties voient les choses le plus différemment",
    gapsIntro:
      "La même question a été posée aux deux parties. Chaque repère est la part de réponses favorables, de 0 à 100 ; le trait qui le traverse est son intervalle à 95 %.",
    gapsNone: "Aucune question posée aux deux parties ne peut être comparée ici.",
    gapsMore: "Toutes les autres paires",
    gapHidden: "l’un des deux chiffres est masqué",
    difference: "Écart",
    points: "{points} points",
    higherIn: "plus élevé : {audience}",
    even: "aucun écart",

    priorities: "Ce que chaque partie veut améliorer en premier",
    prioritiesIntro: "La part de chaque partie qui a choisi un domaine parmi les premiers à améliorer.",

    factors: "Les domaines, côte à côte",
    factorsIntro:
      "Pour chaque domaine, la moyenne de toutes les questions qui s’y rapportent : 0 est la pire réponse possible à chaque question, 100 la meilleure. Le trait est l’intervalle à 95 %.",
    area: "Domaine",

    questions: "Toutes les questions",
    questionsIntro:
      "Les barres sont centrées sur les réponses neutres : d’un côté le favorable, de l’autre le défavorable. Les petits chiffres sont les intervalles à 95 %.",
    question: "Question",
    otherQuestions: "Autres questions",
    answer: "Réponse",
    share: "Part",
    severalChoices: "Plusieurs réponses étaient possibles.",
    smallLeftOut: "Les autres parts ne tiennent pas compte des réponses données par 5 % au plus.",
    comments: "Les commentaires sont lus par ceux qui comptent ; ils ne sont jamais publiés tels qu’ils ont été écrits.",

    chart: "Graphique",
    favourable: "Favorable",
    neutral: "Neutre",
    unfavourable: "Défavorable",
    reversed: "ici, être d’accord est défavorable",
    percent: "{value} %",
    interval: "intervalle à 95 %",
    atMost: "au plus {value} %",
    atLeast: "au moins {value} %",
    base: "n = {n}",
    ofAsked: "sur {asked} interrogés",
    dontKnow: "ne sait pas : {n}",
    preferNot: "préfère ne pas répondre : {n}",
    unanswered: "sans réponse : {n}",

    hidden: "Masqué",
    belowMinimum: "moins de {minimum} réponses",
    smallCell: "si peu ont donné l’une des réponses qu’on pourrait les deviner",
    unanimous: "les réponses se ressemblent trop",
    complement: "il révélerait un autre chiffre masqué",

    method: "Comment ces chiffres ont été établis",
    howCounted: "Comment on a compté",
    methodShares:
      "Favorable signifie au-dessus du milieu de l’échelle ; pour les questions où être d’accord est mauvais signe, au-dessous. « Ne sait pas » et « préfère ne pas répondre » sont des réponses, mais aucune part ne repose sur elles : n est le nombre des autres.",
    methodIndex:
      "L’indice d’un domaine est calculé bulletin par bulletin pour ceux qui ont répondu à la moitié au moins de ses questions, puis moyenné.",
    methodIntervals:
      "Les intervalles des parts sont ceux de Wilson, des écarts ceux de Newcombe, des indices ceux de Student, tous à 95 %. Ceux des parts et des écarts découlent des parts publiées et de n seuls : chacun peut les recalculer.",
    methodRounding:
      "Les nombres de personnes sont arrondis à 5 ; « 0–2 » signifie donc aucune, une ou deux. Les parts sont en points entiers et leur somme peut différer de 100.",
    methodHidden:
      "Rien n’est montré qui repose sur moins de {minimum} réponses ou qui dirait ce que telle personne a répondu. Ce qui est masqué n’est pas zéro.",
    limits: "Ce qu’ils ne peuvent pas dire",
    limitNonResponse:
      "Les intervalles ne contiennent que le hasard de qui a répondu. L’avis de ceux qui n’ont pas répondu n’y est pas et, personne ne pouvant être identifié, il ne peut pas être demandé.",
    limitPerception: "Ce sont des perceptions et des expériences déclarées, non des constats sur une personne ou une affaire.",
    limitRoster: "Aucun calcul ne peut prouver que la liste des personnes invitées était complète et sincère.",
    check: "Comment les vérifier",
    checkNote:
      "Les tableaux, les questions, les seuils et les arrondis ont été fixés avant l’ouverture. Les organisations qui ont ouvert les réponses ensemble les ont comptées chacune de leur côté et ont signé les empreintes de ces fichiers dans le registre public : comparez-les avec ce que vous voyez.",
    figuresDigest: "SHA-256 de results.json",
    planHash: "Empreinte du plan d’analyse",
    data: "Tous les chiffres en tableau (CSV)",
  },
};
