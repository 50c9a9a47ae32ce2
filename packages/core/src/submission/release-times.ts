import type { ManifestRelay } from "../manifest/index.ts";

/** When a relay gives what it holds to the gateway, unix seconds: all at once, and once more, a smaller crowd, for those who come after that. */
export function releaseTimes({ releaseLead }: Pick<ManifestRelay, "releaseLead">, answeringClose: number): readonly [number, number] {
  return [answeringClose - releaseLead, answeringClose - Math.floor(releaseLead / 4)];
}
