/** Names one mistake of a questionnaire: its JSON Pointer and what is wrong there. */
export type Wrong = (path: string, message: string) => void;
