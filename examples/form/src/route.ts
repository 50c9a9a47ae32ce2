/** What the address asks for. */
export interface Route {
  /** The round's name, or null for the start page. */
  readonly round: string | null;
  /** The whole link, invitation codes included. */
  readonly link: string;
}

/** Reads an address under the server's base: `<base>` is the start page, `<base><round>` a round, the fragment its invitation. */
export function routeOf(href: string, base: string): Route {
  const path = new URL(href).pathname.slice(new URL(base).pathname.length);
  const round = /^([a-z0-9-]{1,64})\/?$/.exec(path)?.[1] ?? null;
  return { round: round === null || round === "index" ? null : round, link: href };
}

/** The link of an invitation typed on paper's word: one code per issuer, separated by full stops. */
export function linkOf(base: string, round: string, codes: readonly string[]): string {
  return `${base}${round}#${codes.map(encodeURIComponent).join(".")}`;
}
