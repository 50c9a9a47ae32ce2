/** Names one mistake of a manifest: its JSON Pointer and what is wrong there. */
export type Wrong = (path: string, message: string) => void;
