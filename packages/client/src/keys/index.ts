/** The key file of a trustee or handler, without a disk: the command line reads it from one, the handlers' page gets it from a file chooser. */
export { decryptKeyFile, encryptKeyFile, type KeyFile, kemKeyOf, parseKeyFile, signingKeyOf } from "./key-file.ts";
