import { isAmanaError } from "@amana/core/errors";
import type { ClientOptions } from "../respondent/options.ts";
import { fetchRounds } from "../wire/rounds.ts";
import { Transport } from "../wire/transport.ts";
import { type Channel, openChannel } from "./channel.ts";

/** Channels that are offered at most, and successors that are followed. */
const MOST = 16;

/**
 * The other channels of the programme that take reports now, each checked as {@link openChannel} does: for whoever reports about the people who
 * read this one. One that does not check is left out. The requests are the same for everyone who asks. @throws ERR_NETWORK, ERR_RESPONSE_INVALID
 */
export async function otherChannels(base: string, round: string, options: ClientOptions): Promise<readonly Channel[]> {
  const rounds = await fetchRounds(new Transport(base, options.fetch));
  const named = rounds.filter(({ name, kind, state }) => kind === "reports" && state === "open" && name !== round).slice(0, MOST);
  const found: Channel[] = [];
  for (const { name } of named) {
    const channel = await openChannel(base, name, options).catch(unchecked);
    if (channel !== null && channel.state === "open") found.push(channel);
  }
  return found;
}

/** A channel that cannot be relied on is none. That the server does not answer is another thing. */
function unchecked(error: unknown): null {
  if (!isAmanaError(error) || error.code === "ERR_NETWORK") throw error;
  return null;
}

/**
 * The channel that takes reports now in place of one that is over, as the manifests name it: each was signed by the handlers of the one before.
 * Null where there is none yet. @throws as {@link openChannel}
 */
export async function successorOf(base: string, channel: Pick<Channel, "manifest">, options: ClientOptions): Promise<Channel | null> {
  let next = channel.manifest.successor;
  for (let followed = 0; next !== null && followed < MOST; followed++) {
    const found: Channel | null = await openChannel(base, next, options).catch((error) => {
      // Named long before it is made.
      if (isAmanaError(error, "ERR_ROUND_UNKNOWN") || isAmanaError(error, "ERR_NOT_FOUND")) return null;
      throw error;
    });
    if (found === null || found.state === "open") return found;
    next = found.manifest.successor;
  }
  return null;
}
