import { fromHex, toHex } from "@amana/core/bytes";
import { type Manifest, type ManifestRelay, manifestId, type RoundTimes } from "@amana/core/manifest";
import { releaseTimes } from "@amana/core/submission";

/** A round whose answers a relay takes. Whoever gives it has checked the manifest under the pinned programme. */
export interface RelayRound {
  readonly manifest: Manifest;
  readonly id: Uint8Array;
  readonly idHex: string;
  readonly relay: ManifestRelay;
  /** When answering closes, unix seconds: the manifest's, as this many amendments have moved it. */
  readonly close: number;
  readonly amendments: number;
}

/** A round as whoever reads the operator's ledger found it: its manifest, and what its amendments made of its times. */
export interface FoundRound {
  readonly manifest: Manifest;
  readonly times: RoundTimes;
}

/** The round of a manifest that names this relay's key; null of every other. */
export function relayRound({ manifest, times }: FoundRound, relayKey: Uint8Array): RelayRound | null {
  const { relay } = manifest;
  if (relay === null || relay.key !== toHex(relayKey)) return null;
  const id = manifestId(manifest);
  return { manifest, id, idHex: toHex(id), relay, close: times.windows.answeringClose, amendments: times.amendments };
}

/** When a relay takes answers and gives them on, unix seconds. The one place that reads a round's times. */
export interface RelayTimes {
  readonly open: number;
  /** The first and the second release. Nothing is taken after the second. */
  readonly releases: readonly [number, number];
  readonly close: number;
}

export function relayTimes({ manifest: { windows }, relay, close }: RelayRound): RelayTimes {
  return { open: windows.answeringOpen, releases: releaseTimes(relay, close), close };
}

/** What a request to a relay is about, from its path and header fields: attacker-controlled until `accept` has checked it. */
export interface Incoming {
  readonly slot: string;
  readonly sequence: number;
  readonly work: Uint8Array;
}

/** Reads the header fields `amana-slot`, `amana-sequence`, `amana-work`; null when they are not as docs/protocol.md §10.7 says. */
export function readIncoming(field: (name: string) => string): Incoming | null {
  const [slot, sequence, work] = [field("amana-slot"), field("amana-sequence"), field("amana-work")];
  if (!/^[0-9a-f]{64}$/.test(slot) || !/^[0-9]{2}$/.test(sequence) || !/^[0-9a-f]{16}$/.test(work)) return null;
  return { slot, sequence: Number(sequence), work: fromHex(work) };
}
