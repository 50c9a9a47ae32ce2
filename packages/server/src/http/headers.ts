import type { RequestHandler } from "express";
import helmet from "helmet";

/** A policy as one header value. */
function policy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join("; ");
}

const NOTHING = { "default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'" };

/** Of everything that is no page. */
export const API_POLICY: string = policy({ ...NOTHING, sandbox: "" });

/** Of the form's scripts. One that runs as a worker has this policy of its own: it reaches nobody. A sandbox would keep it from running at all. */
export const WORKER_POLICY: string = policy(NOTHING);

/** Of published release pages: no script, nothing from elsewhere. `styles` are the hashes of their own style elements. */
export function releasePolicy(styles: readonly string[]): string {
  return policy({ ...NOTHING, "style-src": ["'self'", ...styles].join(" "), "img-src": "'self' data:", "font-src": "'self'" });
}

/** Of the form: own scripts only, no string ever becomes code or markup, no request to anybody but us and the named origins. */
export function formPolicy(connect: readonly string[]): string {
  return policy({
    ...NOTHING,
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "connect-src": ["'self'", ...connect].join(" "),
    "require-trusted-types-for": "'script'",
    // The one policy of the form: it lets the address of its own worker pass, which finds proofs of work.
    "trusted-types": "amana-worker",
  });
}

/**
 * Headers of every reply, set before anything can fail. Protocol routes may be called from any origin, as the form may be
 * on another one; there are no credentials, so that gives nobody anything.
 */
export function commonHeaders(): RequestHandler {
  const secure = helmet({
    contentSecurityPolicy: false,
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "cross-origin" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
    xFrameOptions: { action: "deny" },
  });
  return (request, response, next) => {
    response.setHeader("Content-Security-Policy", API_POLICY);
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Expose-Headers", "Retry-After");
    response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    secure(request, response, next);
  };
}
