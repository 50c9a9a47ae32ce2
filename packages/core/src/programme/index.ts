export {
  checkProgramme,
  decodeProgramme,
  encodeProgramme,
  type Organisation,
  type Programme,
  programmeDigits,
  programmeId,
  programmeSchema,
  signingKeysOf,
  type Witness,
} from "./programme.ts";
