/** Words of the pages that key holders open from a disk. Respondents never load them. */
export const desk = {
  keyTitle: "Open your key file",
  keyDevice:
    "Whoever controls this computer can read what you read here. Use one that your organisation trusts, and lock this page when you leave it.",
  keyFile: "Key file",
  keyFileHint: "The file that your organisation made for you. Its name ends in .key.",
  passphrase: "Passphrase",
  keyMore: "Another address, or a programme that you were told",
  server: "Address of the server",
  serverHint: "Empty: the one that the key file names.",
  pin: "Id of the programme",
  pinHint: "64 digits and letters. Empty: the key file says it, or you compare digits.",
  open: "Open",
  keyMissing: "Choose the key file first.",
  passphraseMissing: "Type the passphrase.",
  opening: "Opening the key file…",
  connecting: "Checking the public records of the programme…",
  locked: {
    one: "This page locked itself, because nobody used it for {count} minute. What was open is gone from memory.",
    other: "This page locked itself, because nobody used it for {count} minutes. What was open is gone from memory.",
  },
  trustTitle: "Is this the right programme?",
  trustText:
    "The key file does not say which programme you trust. Compare these digits with those that the organisations publish: on paper, or on sites of their own. What the server says of itself is no proof.",
  trustClaim: "It calls itself {programme}, of {organisations}.",
  trustYes: "The digits are the same",
  trustNo: "They are not: stop",
  remember: "Save a key file that remembers this programme",
  rememberText: "Then nobody has to compare again. Put it in the place of the old one; the passphrase stays.",
  remembered: "Saved among your downloads. Put it in the place of the old key file.",
  lock: "Lock",
  lockHint: "Clears this page and what it holds in memory. The key file and the passphrase are needed again.",
  locksSoon: "This page locks itself in a minute. Press any key to stay.",
  exposed:
    "This server’s address begins with http:. Whoever is on the way can read and change what goes between you and it. Ask whoever gave it to you for one that begins with https:.",
  errors: {
    keyFile: "This is no key file, or it is damaged. Choose another, or make it again from its backup.",
    passphrase: "The passphrase does not open this key file.",
    address: "This is no address of a server, and the id of a programme has 64 digits and letters from a to f.",
    genuine:
      "This server is not of the programme that you trust. Nothing was opened. Check the address; tell an organisation that you trust.",
  },
} as const;
