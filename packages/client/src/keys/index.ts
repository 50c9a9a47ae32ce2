/** The key file of a trustee or handler, without a disk: the command line reads it from one, their pages get it from a file chooser. */
export { isExposed, serverAddress } from "./address.ts";
export { backupGroup, checkedBackup, printBackup, readBackup } from "./backup.ts";
export {
  decryptKeyFile,
  encryptKeyFile,
  type KeyFile,
  type KeyFileRecord,
  kemKeyOf,
  NOTHING_RECORDED,
  parseKeyFile,
  signingKeyOf,
} from "./key-file.ts";
export { type KeyCard, keyCard, newKeyFile, withRoundKey } from "./new-key.ts";
export { typingCheck } from "./typing-check.ts";
