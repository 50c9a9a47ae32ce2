import type { ErrorTexts } from "../model.ts";

export const errors: ErrorTexts = {
  network: "Le serveur est injoignable. Rien n’est perdu : vérifiez votre connexion et réessayez.",
  busy: "Le serveur est occupé. Rien n’est perdu : attendez un peu et réessayez.",
  server: "Le serveur n’a pas pu le faire. Rien n’est perdu : réessayez, ou revenez plus tard.",
  protocol: "Le serveur a répondu comme il ne doit pas. N’allez pas plus loin ; prévenez l’organisation qui vous a invité(e).",
  genuine: "Ce n’est pas le site du programme attendu. N’allez pas plus loin ; comparez l’adresse avec votre invitation.",
  records:
    "Les registres publics de ce site ne concordent pas ; rien n’a donc été envoyé. N’allez pas plus loin ; prévenez une organisation de confiance.",
  rules:
    "Les règles ou les clés de cette enquête ne sont pas sûres ; rien n’a donc été envoyé. N’allez pas plus loin ; prévenez une organisation de confiance.",
  unconfirmed:
    "Toutes les organisations qui détiennent une clé de cette enquête ne l’ont pas confirmée ; rien n’a donc été envoyé. N’allez pas plus loin ; prévenez une organisation de confiance.",
  questions:
    "Les questions ne sont pas celles que les dépositaires ont confirmées ; rien n’a donc été envoyé. N’allez pas plus loin ; prévenez une organisation de confiance.",
  second:
    "Il y a deux enquêtes de ce nom, et il ne doit y en avoir qu’une. Rien n’a été envoyé. N’allez pas plus loin ; prévenez une organisation de confiance.",
  stale: "Les registres publics de ce site sont trop anciens. Vérifiez la date et l’heure de cet appareil, puis réessayez plus tard.",
  codeTyping: "Ce code contient une faute de frappe. Comparez-le caractère par caractère.",
  codeFormat: "Ce n’est pas un tel code : sa longueur ne convient pas, ou un de ses caractères n’est pas utilisé dans les codes.",
  invitationUnknown: "Cette invitation n’est pas connue ici. Comparez-la avec votre papier, ou demandez-en une autre.",
  invitationReplaced:
    "Cette invitation a été remplacée ou retirée par ceux qui l’avaient remise, comme on le fait quand une invitation est perdue. Si vous en avez reçu une autre, utilisez-la ; sinon, adressez-vous à eux.",
  invitationUsed:
    "Cette invitation a déjà servi avec un autre code secret. Si vous avez ce code, revenez avec lui ; si ce n’était pas vous, prévenez ceux qui vous ont invité(e).",
  notFound: "Rien n’est conservé ici sous ce code. Vérifiez le code et l’adresse.",
  roundClosed: "C’est clos : plus rien n’est reçu ici.",
  roundNotOpen: "Ce n’est pas encore ouvert. Revenez plus tard ; votre code secret reste valable.",
  roundTooFew:
    "Cette enquête n’ouvre pas pour votre groupe : trop peu de ses membres se sont inscrits pour qu’une réponse se fonde parmi les autres. Rien n’a été envoyé.",
  roundCancelled: "C’est annulé : plus rien n’est reçu, et aucune réponse déjà donnée n’est ouverte. Les clés sont détruites.",
  roundUnknown: "Il n’y a rien de tel ici. Vérifiez l’adresse.",
  noRight:
    "Rien n’a été conservé ici sous ce code, qui ne donne donc pas le droit de répondre. Ouvrez le lien de votre invitation et revenez-y avec ce code.",
  revisions: "Cette réponse a déjà été modifiée autant de fois que possible. La dernière conservée compte.",
  sequence:
    "Cette réponse a été modifiée entre-temps depuis un autre appareil. Revenez avec votre code secret pour voir ce qui est conservé.",
  answer: "Une réponse ne convient pas à sa question. Revenez en arrière et regardez-la de nouveau.",
  tooLong: "Ce texte est plus long que permis. Raccourcissez-le.",
  channelFull: "Ce canal est plein et n’accepte plus de messages. Rien n’a été envoyé. Signalez par un autre canal.",
  message: "Un message de ce canal ne concorde pas et n’est pas montré. Prévenez une organisation de confiance.",
  fileSize: "Un fichier est vide, ou dépasse 100 Mo. Revenez en arrière et retirez-le.",
  fileCount: "Un message porte quatre fichiers au plus. Revenez en arrière et retirez-en.",
  fileName: "Le nom d’un fichier est trop long. Revenez en arrière et envoyez le fichier sans son propre nom.",
  fileGone:
    "Un fichier ne peut plus être lu : il a été modifié, déplacé ou supprimé. Revenez en arrière, retirez-le et choisissez-le de nouveau.",
  filesFull:
    "Il n’y a plus de place ici pour des fichiers. Revenez en arrière, retirez-les et envoyez votre message sans eux ; il peut dire ce que vous avez et comment l’obtenir.",
  filesAgain: "Les fichiers n’ont pas été envoyés à temps, et ce qui était arrivé a été écarté. Réessayez : ils repartent du début.",
  settings: "Cette page n’est pas configurée : il manque le programme auquel elle doit se fier. Prévenez ceux qui l’exploitent.",
  other: "Un imprévu s’est produit ({code}). Rien n’a été envoyé à votre insu. Réessayez, ou revenez plus tard.",
};
