import type { SurveyTexts } from "../model.ts";

export const survey: SurveyTexts = {
  askedBy: "À la demande de : {programme}",
  duration: "Environ 10 minutes",
  closes: "Ouvert jusqu’au {date}",
  opens: "Ouverture le {date}",
  enrolUntil: "Inscription jusqu’au {date}",
  answerBetween: "Réponses entre le {from} et le {to}",
  twoVisits:
    "Vous venez deux fois : maintenant pour vous inscrire, ce qui prend une minute ; puis pour répondre, entre le {from} et le {to}, avec votre seul code secret.",
  enrolmentOverTitle: "Les inscriptions sont closes",
  enrolmentOver: "Elles ont pris fin le {date} : les invitations ne peuvent plus servir.",
  enrolledLater: "Si vous êtes inscrit(e), revenez entre le {from} et le {to} avec votre code secret.",
  enrolledNow: "Si vous êtes inscrit(e), répondez maintenant avec votre code secret, jusqu’au {to}.",
  promiseTitle: "Qui pourrait savoir que c’est vous",
  /** Un paragraphe par combinaison de réglages. */
  separation: {
    none: "Ceux qui exploitent ce serveur pourraient trouver quelle réponse scellée est la vôtre, par l’heure et l’adresse réseau de ce qui leur parvient. Ils ne peuvent pas la lire ; mais avec ceux qui ouvrent les réponses, ils pourraient apprendre ce que vous avez dit. Modifier une réponse se remarque plus que la donner.",
    phases:
      "Rien de ce qui est conservé ne permet de savoir quelle réponse est la vôtre : toutes les invitations sont utilisées avant que quiconque puisse répondre, si bien que l’heure ne dit presque rien. Mais qui enregistre les connexions à ce serveur les deux fois pourrait comparer les adresses réseau : répondez depuis un autre réseau que celui de votre inscription. Modifier une réponse se remarque plus que la donner.",
    relay:
      "Personne, pas même ceux qui exploitent ce serveur, ne peut savoir quelle réponse est la vôtre. Elle passe par {relay}, une autre organisation, qui la mêle à toutes les autres. Seuls les deux ensemble pourraient la suivre.",
    phasesRelay:
      "Personne, pas même ceux qui exploitent ce serveur, ne peut savoir quelle réponse est la vôtre. Toutes les invitations sont utilisées avant que quiconque puisse répondre, puis les réponses passent par {relay}, une autre organisation, qui les mêle. Seuls les deux ensemble pourraient suivre la vôtre, par son adresse réseau.",
    trialNone:
      "Ceci est un essai. Ceux qui l’exploitent peuvent trouver quelle réponse est la vôtre, par l’heure et l’adresse réseau de ce qui parvient au serveur, et détiennent peut-être les clés qui l’ouvrent.",
    trialPhases:
      "Ceci est un essai. Comme dans une vraie enquête, toutes les invitations sont utilisées avant que quiconque puisse répondre. Mais ceux qui l’exploitent peuvent comparer les adresses réseau, et détiennent peut-être les clés qui ouvrent les réponses : ils pourraient trouver laquelle est la vôtre.",
    trialRelay:
      "Ceci est un essai. Comme dans une vraie enquête, les réponses passent par un relais, nommé {relay}. Mais ceux qui exploitent l’essai exploitent peut-être aussi ce relais, et détiennent peut-être les clés qui ouvrent les réponses : ils pourraient trouver laquelle est la vôtre.",
    trialPhasesRelay:
      "Ceci est un essai. Comme dans une vraie enquête, toutes les invitations sont utilisées avant que quiconque puisse répondre, et les réponses passent par un relais, nommé {relay}. Mais ceux qui exploitent l’essai exploitent peut-être aussi ce relais, et détiennent peut-être les clés qui ouvrent les réponses : ils pourraient trouver laquelle est la vôtre.",
  },
  sealed:
    "Votre réponse est scellée sur cet appareil. Elle ne peut être ouverte qu’après la clôture, quand {threshold} de ces {count} organisations agissent ensemble : {trustees}.",
  moreDraw: "Ceux qui ont remis les invitations voient que la vôtre a servi, jamais si vous avez répondu ni quoi.",
  moreOpeners:
    "Ceux qui ouvrent les réponses voient des questionnaires entiers, sans nom. Une combinaison rare de fonction, de région et de grade peut encore vous désigner : passez toute question que vous voulez.",
  moreDevice:
    "Rien ne protège contre qui contrôle cet appareil ou regarde par-dessus votre épaule. Préférez votre appareil à celui de votre employeur.",
  moreStyle: "Dans un texte libre, votre façon d’écrire et ce que vous seul pouvez savoir peuvent vous trahir.",
  morePage:
    "Cette page vient d’un serveur auquel vous n’avez pas à confier votre réponse ; ses empreintes sont publiques. Qui veut en être indépendant peut répondre avec un programme à lui.",
  begin: "Commencer",
  haveCode: "J’ai déjà un code secret",
  noInvitation: "Pour répondre, il vous faut votre invitation : ouvrez son lien, ou tapez son code sur la page d’accueil.",
  keepCode: "Garder un code secret",
  keepCodeHint: "Vérifier plus tard que votre réponse est conservée, la modifier ou la retirer.",
  leaveNoTrace: "Ne laisser aucune trace",
  leaveNoTraceHint: "Pas de code. Vous ne pourrez plus vérifier, modifier ni retirer votre réponse.",
  audienceTitle: "Votre invitation s’adresse à",
  audienceHint: "Choisissez le groupe que nomme votre invitation : son code n’est montré à personne d’autre.",
  chooseTitle: "Comment voulez-vous répondre ?",
  needCode: "Ici, vous répondez plus tard, entre le {from} et le {to}, avec ce seul code : notez-le bien.",
  writeDown: "Notez-le sur papier, ou copiez-le en un lieu que vous seul pouvez ouvrir.",
  enrolHint: "En continuant, vous utilisez votre invitation. Jusqu’ici, rien n’a été envoyé.",
  enrol: "Utiliser mon invitation et continuer",
  enrolling: "Obtention d’un droit de réponse anonyme…",
  waitTitle: "Vous êtes inscrit(e)",
  waitText:
    "Revenez à cette adresse entre le {from} et le {to}. Il vous faudra alors votre code secret, et rien d’autre : votre invitation a servi.",
  waitInvitation: "Revenez entre le {from} et le {to} par le lien de votre invitation, avec votre code secret.",
  waitNetwork: "Revenez si possible depuis un autre réseau que celui-ci, et pas dans les premières minutes.",
  earlyTitle: "Pas encore",
  earlyText:
    "Les réponses sont reçues entre le {from} et le {to}. Revenez alors avec ce code. On ne peut pas savoir avant s’il est inscrit ; rien n’a été envoyé.",
  calendarTitle: "Un rappel pour votre agenda",
  calendarHint:
    "Le fichier contient ces jours et le titre ci-dessous, rien d’autre : ni de quoi il s’agit, ni qui demande. D’autres lisent peut-être un agenda professionnel.",
  calendarName: "Titre dans votre agenda",
  calendarDefault: "Rappel",
  calendarSave: "Enregistrer le fichier d’agenda",
  unsettledTitle: "Pas encore ouvert, bien que l’heure soit venue",
  unsettledText:
    "Avant que quiconque réponde, la liste des inscriptions doit être publique et les clés des émetteurs détruites, pour que l’heure ne dise pas qui répond. Ce n’est pas encore fait. Rien n’a été envoyé et votre code reste valable : réessayez dans une heure. Si cela dure, prévenez une organisation en qui vous avez confiance.",
  tooFewTitle: "Cette enquête n’ouvre pas pour votre groupe",
  notEnrolled:
    "Personne ne s’est inscrit à cette enquête avec ce code. Comparez-le à ce que vous avez noté, et voyez s’il appartient à une autre enquête. Qui ne s’est pas inscrit avant le {date} ne peut pas y répondre.",
  skipHint: "Vous pouvez passer toute question.",
  dontKnow: "Ne sait pas",
  preferNot: "Préfère ne pas répondre",
  clear: "Effacer cette réponse",
  chooseUpTo: { one: "Au plus {count} choix.", other: "Jusqu’à {count} choix." },
  tooMany: {
    one: "Au plus {count} choix : retirez-en un d’abord.",
    other: "Vous avez fait {count} choix, le maximum : retirez-en un d’abord.",
  },
  nothingHere: "Aucune question de cette partie ne vous concerne. Continuez.",
  reviewTitle: "Relisez vos réponses",
  reviewText: "Rien n’a encore été envoyé.",
  answeredCount: "{answered} questions sur {total} ont une réponse.",
  edit: "Modifier",
  editPart: "Modifier : {part}",
  send: "Sceller et envoyer",
  sendingTitle: "Envoi de votre réponse",
  sealing: "Scellement sur cet appareil",
  sending: "Envoi",
  kept: "Conservée par le serveur",
  sent: "Confiée au relais",
  unsent: "Pas encore envoyée. Rien n’est perdu : la même réponse scellée repart.",
  sentTitle: "Votre réponse est envoyée, pas encore conservée",
  sentText: "Le relais la transmettra le {date}. Votre code secret la trouve ensuite dans le registre public.",
  overdue:
    "Le relais devait transmettre votre réponse le {date} ; le serveur n’a publié aucun engagement à son sujet et elle ne figure pas encore dans le registre public. Vous pouvez renvoyer la même réponse : elle ne comptera jamais deux fois.",
  sendAgain: "Renvoyer ma réponse",
  sentAgain: "Réponse renvoyée. Vérifiez de nouveau dans quelques heures : elle est conservée quand elle figure dans le registre public.",
  sentWithdrawnTitle: "Votre retrait est envoyé, pas encore conservé",
  stateRelay:
    "Rien ne figure encore sous ce code dans le registre public. Vous pouvez répondre maintenant ; si vous l’avez déjà fait, votre réponse attend au relais jusqu’au {date}, et ce que vous envoyez maintenant la remplace.",
  lateCrowd:
    "La plupart des réponses sont déjà parties. Ce qui est envoyé maintenant part avec moins d’autres, le {date} : il s’y fond moins bien.",
  receiptTitle: "Votre réponse est conservée",
  receiptText:
    "Merci. Vous pouvez garder ce reçu ou simplement partir : il prouve qu’une réponse a été conservée et ne dit rien de son contenu.",
  receipt: "Votre reçu",
  receiptFile: "recu",
  verify: "Vérifier qu’elle est conservée",
  verifying: "Vérification du registre public…",
  verified: "Votre réponse est dans le registre public.",
  verifiedList: "Ce que cet appareil vient de vérifier :",
  notYet:
    "Votre réponse attend son groupe. Les réponses entrent dans le registre public par groupes d’au moins {group}, et seulement quand le groupe suivant est complet aussi, pour que leur ordre ne dise rien : la vôtre y sera au plus tard le {date}.",
  recordsStale: "Ces registres ne sont pas récents : une réponse donnée dernièrement peut y manquer. Vérifiez de nouveau plus tard.",
  recordsAhead: "Ces registres portent une date postérieure à celle de cet appareil : son horloge est peut-être fausse.",
  checkSigned: "Le dernier point de contrôle du registre porte la signature du registre.",
  checkWitnesses: { one: "{count} témoin indépendant l’a signé aussi.", other: "{count} témoins indépendants l’ont signé aussi." },
  checkLeaves:
    "Toutes les inscriptions depuis le début de cette enquête ont été lues et donnent ce point de contrôle ({size} inscriptions).",
  checkMine: "La vôtre est parmi elles, inchangée.",
  saveProof: "Enregistrer la preuve",
  proofText:
    "Avec ce fichier, chacun peut vérifier plus tard, sans ce serveur, que votre réponse est dans le registre. Il ne dit ni qui vous êtes ni ce que vous avez répondu.",
  enrolProof: "La preuve que votre invitation a servi",
  enrolProofText:
    "Ceux qui ont remis les invitations ont signé que la vôtre a servi. Si les listes publiques l’omettaient, ce texte le prouverait. Il désigne votre invitation : qui le trouve voit que vous avez participé, jamais ce que vous avez répondu. Vous pouvez le garder ou le laisser.",
  enrolProofFile: "inscription",
  unlistedTitle: "Pas encore dans le registre public",
  unlistedText:
    "Rien ne figure sous ce code dans le registre public. Si vous venez de répondre, votre réponse attend encore son groupe : revenez plus tard. Pour la modifier ou la retirer dès maintenant, dites quelle invitation vous aviez.",
  finish: "Terminer et effacer cette page",
  returnTitle: "Revenir avec votre code secret",
  returnText: "Depuis n’importe quel appareil. Rien de ce que vous avez répondu ne peut être relu, pas même par vous.",
  returnedTitle: "Bon retour",
  stateKept: "Votre réponse est conservée et figure dans le registre public.",
  stateNone:
    "Rien ne figure encore sous ce code dans le registre public. Vous pouvez répondre maintenant ; si vous venez de le faire, votre réponse attend son groupe, et ce que vous envoyez maintenant la remplace.",
  answerNow: "Répondre maintenant",
  change: "Modifier ma réponse",
  changeText:
    "Le questionnaire part vide, car ce que vous avez envoyé ne peut être relu. Ce que vous envoyez maintenant le remplace en entier.",
  changeRisk: "Modifier une réponse se remarque plus que la donner.",
  withdraw: "Retirer ma réponse",
  withdrawTitle: "Retirer votre réponse ?",
  withdrawText: "Une réponse vide de même taille prend sa place. Jusqu’à la clôture, vous pouvez répondre de nouveau avec le même code.",
  withdrawYes: "Oui, la retirer",
  withdrawnTitle: "Votre réponse est retirée",
  withdrawnText: "Une réponse vide de même taille a été conservée à sa place. Vous pouvez garder ce reçu ou simplement partir.",
  withdrawingTitle: "Retrait de votre réponse",
  closedText: "Cette enquête est close. Avec votre code secret, vous pouvez encore vérifier que votre réponse est conservée.",
  cancelledTitle: "Cette enquête est annulée",
  cancelledText:
    "Ceux qui en détiennent les clés l’ont annulée. Aucune réponse n’est ouverte ; les réponses et les clés sont détruites. Ils en donnent la raison : {reason}",
  closedTitle: "Cette enquête est close",
};
