import type { DeskTexts } from "../model.ts";

export const desk: DeskTexts = {
  keyTitle: "Ouvrez votre fichier de clé",
  keyDevice:
    "Qui contrôle cet ordinateur peut lire ce que vous y lisez. Prenez-en un auquel votre organisation se fie, et verrouillez cette page quand vous la quittez.",
  keyFile: "Fichier de clé",
  keyFileHint: "Le fichier que votre organisation a créé pour vous. Son nom se termine par .key.",
  passphrase: "Phrase secrète",
  keyMore: "Une autre adresse, ou un programme qu’on vous a indiqué",
  server: "Adresse du serveur",
  serverHint: "Vide : celle que nomme le fichier de clé.",
  pin: "Identifiant du programme",
  pinHint: "64 chiffres et lettres. Vide : le fichier de clé le dit, ou vous comparez des chiffres.",
  open: "Ouvrir",
  keyMissing: "Choisissez d’abord le fichier de clé.",
  passphraseMissing: "Tapez la phrase secrète.",
  opening: "Ouverture du fichier de clé…",
  connecting: "Vérification des registres publics du programme…",
  locked: {
    one: "Cette page s’est verrouillée : personne ne s’en est servi pendant {count} minute. Ce qui était ouvert a quitté la mémoire.",
    many: "Cette page s’est verrouillée : personne ne s’en est servi pendant {count} de minutes. Ce qui était ouvert a quitté la mémoire.",
    other: "Cette page s’est verrouillée : personne ne s’en est servi pendant {count} minutes. Ce qui était ouvert a quitté la mémoire.",
  },
  trustTitle: "Est-ce le bon programme ?",
  trustText:
    "Le fichier de clé ne dit pas à quel programme vous vous fiez. Comparez ces chiffres avec ceux que publient les organisations : sur papier, ou sur leurs propres sites. Ce que le serveur dit de lui-même ne prouve rien.",
  trustClaim: "Il se nomme {programme}, de {organisations}.",
  trustYes: "Les chiffres sont les mêmes",
  trustNo: "Non : arrêter",
  remember: "Enregistrer un fichier de clé qui retient ce programme",
  rememberText: "Il n’y aura plus rien à comparer. Mettez-le à la place de l’ancien ; la phrase secrète reste la même.",
  remembered: "Enregistré dans vos téléchargements. Mettez-le à la place de l’ancien fichier de clé.",
  lock: "Verrouiller",
  lockHint: "Efface cette page et ce qu’elle garde en mémoire. Il faudra de nouveau le fichier de clé et la phrase secrète.",
  locksSoon: "Cette page se verrouille dans une minute. Appuyez sur une touche pour rester.",
  exposed:
    "L’adresse de ce serveur commence par http:. Quiconque se trouve sur le chemin peut lire et changer ce qui circule entre vous et lui. Demandez à qui vous l’a donnée une adresse qui commence par https:.",
  errors: {
    keyFile: "Ce n’est pas un fichier de clé, ou il est abîmé. Choisissez-en un autre, ou refaites-le depuis sa sauvegarde.",
    passphrase: "La phrase secrète n’ouvre pas ce fichier de clé.",
    address: "Ce n’est pas l’adresse d’un serveur ; et l’identifiant d’un programme a 64 chiffres et lettres de a à f.",
    genuine:
      "Ce serveur n’est pas celui du programme auquel vous vous fiez. Rien n’a été ouvert. Vérifiez l’adresse ; prévenez une organisation à laquelle vous vous fiez.",
  },
};
