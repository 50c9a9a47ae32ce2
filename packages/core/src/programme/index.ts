export {
  checkProgramme,
  decodeProgramme,
  encodeProgramme,
  type Organisation,
  type Programme,
  programmeDigits,
  programmeId,
  programmeSchema,
  type Witness,
} from "./programme.ts";
