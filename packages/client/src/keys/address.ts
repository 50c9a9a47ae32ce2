import { AmanaError } from "@amana/core/errors";

/** The address of a server as it is kept and compared: http or https, with one slash at its end. @throws ERR_CONFIG_INVALID */
export function serverAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : null;
  if (address === null || !/^https?:$/.test(address.protocol) || address.username !== "" || address.search !== "" || address.hash !== "")
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "This is not a server's address, like https://feedback.example.org/." });
  return address.href.replace(/\/*$/, "/");
}

/** Whether whoever sits on the way reads what goes to this address: not encrypted, and not to this machine. Onion services encrypt by themselves. */
export function isExposed(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const here = hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  return protocol === "http:" && !here && !hostname.endsWith(".onion");
}
