/** What went wrong, in words a person understands, and what to do. One group covers several codes (see `../errors.ts`). */
export const errors = {
  network: "The server could not be reached. Nothing is lost: check your connection and try again.",
  busy: "The server is busy. Nothing is lost: wait a little and try again.",
  server: "The server could not do this. Nothing is lost: try again, or come back later.",
  protocol: "The server answered in a way that it must not. Do not go on; tell the organisation that invited you.",
  genuine: "This is not the site of the programme that was expected. Do not go on; compare the address with your invitation.",
  records: "The public records of this site do not check, so nothing was sent. Do not go on; tell an organisation that you trust.",
  rules: "The rules or the keys of this round are not sound, so nothing was sent. Do not go on; tell an organisation that you trust.",
  unconfirmed:
    "Not every organisation that holds a key of this round has confirmed it, so nothing was sent. Do not go on; tell an organisation that you trust.",
  questions:
    "The questions are not those that the trustees confirmed, so nothing was sent. Do not go on; tell an organisation that you trust.",
  second: "There are two rounds of this name where there must be one. Nothing was sent. Do not go on; tell an organisation that you trust.",
  stale: "The public records of this site are too old to rely on. Check the date and time of this device, then try again later.",
  codeTyping: "This code has a typing mistake. Compare it character by character.",
  codeFormat: "This is not such a code: it has the wrong length, or a character that codes do not use.",
  invitationUnknown: "This invitation is not known for this round. Compare it with your paper, or ask for another.",
  invitationReplaced:
    "This invitation was replaced or withdrawn by whoever gave it out, as when one is lost. If you were given a new one, use that; if not, ask them.",
  invitationUsed:
    "This invitation was already used with another secret code. If you have that code, come back with it; if it was not you, tell whoever invited you.",
  notFound: "Nothing is kept here under this code. Check the code and the address.",
  roundClosed: "This is closed: nothing more is taken here.",
  roundNotOpen: "This is not open yet. Come back later; your secret code stays good.",
  roundTooFew:
    "This round does not open for your group: too few of its people have enrolled, so no answer could hide among the others. Nothing was sent.",
  roundCancelled: "This was cancelled: nothing more is taken, and no answer that was given is opened. The keys are destroyed.",
  roundUnknown: "There is no such thing here. Check the address.",
  noRight:
    "Nothing was kept here under this code, so it gives no right to answer. Open the link of your invitation and come back with this code there.",
  revisions: "This answer was already changed as often as the round allows. The last one kept counts.",
  sequence: "This answer was changed from another device in the meantime. Come back with your secret code to see what is kept.",
  answer: "An answer does not fit its question. Go back and look at it again.",
  tooLong: "This text is longer than the round allows. Shorten it.",
  channelFull: "This channel is full and takes no more messages. Nothing was sent. Report through another one.",
  message: "A message of this channel does not check and is not shown. Tell an organisation that you trust.",
  fileSize: "A file is empty, or larger than 100 MB. Go back and remove it.",
  fileCount: "A message carries at most four files. Go back and remove some.",
  fileName: "The name of a file is too long. Go back and send the file without its own name.",
  fileGone: "A file can no longer be read: it was changed, moved or deleted. Go back, remove it and choose it again.",
  filesFull:
    "No more files can be kept here. Go back, remove the files and send your message without them; it can say what you have and how to get it.",
  filesAgain: "The files were not finished in time, and what had arrived was dropped. Try again: they are sent anew.",
  settings: "This page is not set up: the programme it must trust is missing. Tell whoever runs it.",
  other: "Something unexpected happened ({code}). Nothing was sent without your knowledge. Try again, or come back later.",
} as const;
