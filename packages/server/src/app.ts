import type { Rng } from "@amana/core/bytes";
import type { IssuerKeyPair } from "@amana/core/credential";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import express, { type RequestHandler, type Router } from "express";
import {
  commonHeaders,
  type ErrorLine,
  type ErrorLog,
  errorLog,
  type LimitOptions,
  Limits,
  problemReply,
  Routes,
  sendReply,
} from "./http/index.ts";
import type { Fetch } from "./outgoing.ts";
import { collectorRoutes } from "./routers/collector.ts";
import { formRoutes } from "./routers/form.ts";
import { gatewayRoutes } from "./routers/gateway.ts";
import { issuerRoutes } from "./routers/issuer.ts";
import { ledgerRoutes } from "./routers/ledger.ts";
import { mailboxRoutes } from "./routers/mailbox.ts";
import { openApiRoutes } from "./routers/openapi.ts";
import { plansRoutes } from "./routers/plans.ts";
import { releasesRoutes } from "./routers/releases.ts";
import { roundsRoutes } from "./routers/rounds.ts";
import { trusteesRoutes } from "./routers/trustees.ts";
import { logBuild } from "./services/builds.ts";
import { type Brand, readForm } from "./services/form-files.ts";
import { Metrics } from "./services/metrics.ts";
import type { NotificationSettings } from "./services/notification/settings.ts";
import { createOperator, type Operator } from "./services/operator.ts";
import { ledgerOrigin } from "./services/programme.ts";
import { openServices, type Services } from "./services/services.ts";
import { Tick } from "./services/tick.ts";
import type { Store } from "./stores/store.ts";

export interface AmanaOptions {
  /** Where everything is kept; it holds a programme (`initProgramme`). `close` closes it. */
  readonly store: Store;
  /** Where the router is reached, `https://example.org/feedback`. Given, it must be the programme's own address. */
  readonly origin?: string | undefined;
  /** Folder of a built form, served at `/` and `/<round>`; its files' hashes are logged first. Without it only the protocol is served. */
  readonly form?: string | undefined;
  /** Name, logo and colour of the institution, for the form. */
  readonly brand?: Brand | undefined;
  /** Bounds of what requests may occupy. */
  readonly limits?: LimitOptions | undefined;
  /** Gets a line for each failure of the server itself: a code and a place in the source, never what was sent. To stderr unless said. */
  readonly log?: ((line: ErrorLine) => void) | undefined;
  /** Does what is due every second by itself; `false` for whoever calls `tick`. */
  readonly autoTick?: boolean | undefined;
  readonly now?: (() => Date) | undefined;
  /** Where the programme's witnesses are asked to cosign: addresses of `amana witness`, or of any c2sp.org/tlog-witness. */
  readonly witnesses?: readonly string[] | undefined;
  /** When, to whom and through which mail server handlers' daily message goes (`readNotification`); none without it. */
  readonly notification?: NotificationSettings | undefined;
  /** How witnesses are asked. */
  readonly fetch?: Fetch | undefined;
  readonly rng?: Rng | undefined;
  /** Where issuers' RSA keys come from: `generateIssuerKey`. Tests, which have no secrets, take some that were made before. */
  readonly newIssuerKey?: (() => Promise<IssuerKeyPair>) | undefined;
}

/** A server without a port: mount the router in an Express application. */
export interface Amana {
  readonly router: Router;
  readonly operator: Operator;
  readonly programme: Programme;
  /** What is shown to whoever watches the server; not served by the router. */
  readonly metrics: Metrics;
  /** Does what is due by the clock. */
  tick(): Promise<void>;
  /** Stops ticking, finishes what was begun and closes the store. Close the HTTP server first. */
  close(): Promise<void>;
}

/** What declares the paths of the protocol; `openapi/operations.ts` describes each. @internal */
export const PROTOCOL_ROUTES: readonly ((routes: Routes, services: Services) => void)[] = [
  issuerRoutes,
  collectorRoutes,
  gatewayRoutes,
  ledgerRoutes,
  roundsRoutes,
  trusteesRoutes,
  mailboxRoutes,
  releasesRoutes,
  plansRoutes,
  openApiRoutes,
];

/**
 * Opens a programme and makes its router. Nothing global is touched: no cookie, no session, no access log.
 * @throws ERR_PROGRAMME_MISSING, ERR_STORE_DAMAGED, ERR_STORE_WRITE, ERR_CONFIG_INVALID
 */
export async function createAmana(options: AmanaOptions): Promise<Amana> {
  const { store, origin, now, rng, newIssuerKey, witnesses = [], fetch, notification, autoTick = true } = options;
  const write = errorLog(options.log ?? ((line) => void process.stderr.write(`${JSON.stringify(line)}\n`)));
  let watched: Metrics | null = null;
  const log: ErrorLog = (error) => {
    watched?.failed(error);
    write(error);
  };
  const services = await openServices({
    store,
    witnesses: witnesses.map((url) => url.replace(/\/*$/, "/")),
    onError: log,
    ...(now === undefined ? {} : { now }),
    ...(rng === undefined ? {} : { rng }),
    ...(newIssuerKey === undefined ? {} : { newIssuerKey }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(notification === undefined ? {} : { notification }),
  });
  const metrics = new Metrics(services);
  watched = metrics;
  const { programme } = services;
  if (origin !== undefined && ledgerOrigin(origin) !== programme.ledger.origin) {
    throw new AmanaError("ERR_CONFIG_INVALID", {
      problems: [{ path: "/origin", message: "not the address that the programme was made for" }],
    });
  }
  const form = options.form === undefined ? null : await readForm(options.form, programme, options.brand);
  if (form !== null) await services.alone(() => logBuild(services, form));

  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(commonHeaders());
  router.use(refusingOlderCopy(services));
  const routes = new Routes(router, new Limits(options.limits), log, services.alone);
  for (const declare of PROTOCOL_ROUTES) declare(routes, services);
  if (form !== null) formRoutes(router, routes, form, services.rounds);
  routes.finish();

  const tick = new Tick(services, () => metrics.ticked());
  if (autoTick) tick.start(log);
  return {
    router,
    operator: createOperator(services, tick),
    programme,
    metrics,
    tick: () => tick.run(),
    close: async () => {
      await tick.stop();
      await services.cosigning.close();
      await services.notification?.close();
      await store.close();
    },
  };
}

/** Once the folder is known to be an older copy, nothing that is sent is taken: a promise would be of a ledger that witnesses do not know. */
function refusingOlderCopy({ ledger }: Services): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "POST" || ledger.stopped === null) return next();
    sendReply(response, problemReply(ledger.stopped));
  };
}
