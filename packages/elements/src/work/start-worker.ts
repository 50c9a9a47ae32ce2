/** Trusted Types, as far as this file uses them; not every browser has them. */
interface TrustedTypes {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | null = null;
let allowed = "";

/**
 * Starts the worker at `url`, or gives null where the page may not: its policy (`worker-src`, `trusted-types`) refuses it, or the browser has
 * none. Under Trusted Types an address may start a worker only through a policy; the one made here, `amana-worker`, lets this one address of the
 * page's own origin pass.
 */
export function startWorker(url: string): Worker | null {
  try {
    const address = new URL(url, document.baseURI);
    if (address.origin !== location.origin) return null;
    allowed = address.href;
    return new Worker(trusted(allowed));
  } catch {
    return null;
  }
}

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return url;
  policy ??= trustedTypes.createPolicy("amana-worker", {
    createScriptURL: (asked) => {
      if (asked !== allowed) throw new TypeError("not the worker of this form");
      return asked;
    },
  });
  return policy.createScriptURL(url);
}
