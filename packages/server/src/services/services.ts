import type { Rng } from "@amana/core/bytes";
import { generateIssuerKey, type IssuerKeyPair } from "@amana/core/credential";
import { AmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import type { Programme } from "@amana/core/programme";
import type { Fetch } from "../outgoing.ts";
import type { Store } from "../stores/store.ts";
import { Amendments } from "./amendments.ts";
import { CaseRecords } from "./case-records.ts";
import { type Collector, createCollector } from "./collector.ts";
import { Cosigning } from "./cosigning/cosigning.ts";
import { Drafts } from "./drafts.ts";
import { Fetching } from "./fetching.ts";
import { Gateway } from "./gateway.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import { IssuerRecords } from "./issuer-records.ts";
import { Issuing } from "./issuing.ts";
import { Launch } from "./launch.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { followRounds } from "./load-rounds.ts";
import { Nonces } from "./nonces.ts";
import { smtp } from "./notification/mail.ts";
import { Notification } from "./notification/notification.ts";
import type { NotificationSettings } from "./notification/settings.ts";
import { Openings } from "./openings.ts";
import { Participation } from "./participation.ts";
import { Plans } from "./plans.ts";
import { loadProgramme } from "./programme.ts";
import { Promises } from "./promises.ts";
import { Releases } from "./releases.ts";
import { createReplies, type Replies } from "./replies.ts";
import { Reveals } from "./reveals.ts";
import type { Rounds } from "./round.ts";
import { RoundLogs } from "./round-log.ts";
import { createSealing, loadRounds, type Sealing } from "./sealing.ts";
import { Serial } from "./serial.ts";
import { Uploads } from "./uploads.ts";

export interface ServicesOptions {
  readonly store: Store;
  readonly now?: () => Date;
  readonly rng?: Rng;
  readonly newIssuerKey?: () => Promise<IssuerKeyPair>;
  /** Where the programme's witnesses are asked, each with a slash at its end. */
  readonly witnesses?: readonly string[];
  readonly fetch?: Fetch;
  /** How handlers are told to look into their inboxes; nobody is told without it. */
  readonly notification?: NotificationSettings;
  /** Gets what fails beside requests and ticks. */
  readonly onError?: (error: unknown) => void;
}

/** Everything that a server does, without HTTP. */
export interface Services {
  readonly programme: Programme;
  readonly store: Store;
  readonly now: () => Date;
  readonly rounds: Rounds;
  readonly ledger: Ledger;
  readonly cosigning: Cosigning;
  readonly logs: RoundLogs;
  readonly issuer: Issuer;
  readonly issuing: Issuing;
  readonly collector: Collector;
  readonly gateway: Gateway;
  readonly promises: Promises;
  readonly sealing: Sealing;
  readonly replies: Replies;
  readonly uploads: Uploads;
  readonly cases: CaseRecords;
  readonly nonces: Nonces;
  readonly fetching: Fetching;
  readonly reveals: Reveals;
  readonly openings: Openings;
  readonly releases: Releases;
  readonly plans: Plans;
  readonly drafts: Drafts;
  readonly amendments: Amendments;
  readonly participation: Participation;
  /** Null where no handler is notified. */
  readonly notification: Notification | null;
  /** Runs what only one process may do at a time, after what others have done is taken in. Every request that is not marked as shared, and each tick. */
  alone<T>(task: () => Promise<T>): Promise<T>;
}

/** Opens a store's programme, ledger and rounds, and finishes what a stop interrupted. @throws ERR_PROGRAMME_MISSING, ERR_STORE_DAMAGED, ERR_STORE_WRITE */
export function openServices(options: ServicesOptions): Promise<Services> {
  return options.store.alone(
    async () => undefined,
    () => open(options),
  );
}

async function open(options: ServicesOptions): Promise<Services> {
  const {
    store,
    now = () => new Date(),
    rng = randomBytes,
    newIssuerKey = generateIssuerKey,
    witnesses = [],
    fetch,
    notification,
    onError,
  } = options;
  const { programme, ledgerKey, promiseKey } = await loadProgramme(store);
  const ledger = await openLedger({ store, origin: programme.ledger.origin, key: ledgerKey });
  const reporting = onError === undefined ? {} : { onError };
  const asking = { ...(fetch === undefined ? {} : { fetch }), ...reporting };
  let refresh = async (): Promise<void> => undefined;
  const alone = <T>(task: () => Promise<T>): Promise<T> => store.alone(() => refresh(), task);
  const cosigning = await Cosigning.open({ programme, ledger, store, now, alone, urls: witnesses, ...asking });
  const rounds = await loadRounds(store, ledger);
  const issuer = createIssuer({ rounds, store, now });
  for (const round of rounds.all()) await issuer.load(round);
  const uploads = new Uploads({ store, now });
  const collector = createCollector({ rounds, store, promiseKey, now, claim: uploads.claim });
  const gateway = new Gateway({ rounds, store, collector, rng });
  await gateway.recover();
  const logs = new RoundLogs(ledger);
  const nonces = new Nonces({ key: await store.sharedKey(rng(32)), store, rng, now });
  const cases = new CaseRecords(store);
  const replies = createReplies({ store, cases, rng, now });
  const reveals = new Reveals({ store, logs, now });
  const drafts = new Drafts({
    programme,
    store,
    rounds,
    rng,
    newIssuerKey,
    now,
    launch: new Launch({ programme, store, ledger, rounds, issuer, gateway }),
  });
  await drafts.recover();
  const turn = new Serial();
  const amendments = new Amendments({ programme, store, ledger, rounds, now, turn });
  await amendments.recover();
  const releases = new Releases({ rounds, store, ledger, logs, now });
  const records = new IssuerRecords(ledger, store);
  const issuing = new Issuing({ rounds, store, ledger, issuer, now, turn, records });
  await issuing.recover();
  refresh = async () => {
    const changed = await followRounds(store, rounds, await ledger.follow());
    for (const round of changed) {
      await issuer.load(round);
      await gateway.load(round);
    }
    releases.refresh();
    cases.refresh();
    await cosigning.refresh();
  };
  return {
    programme,
    store,
    now,
    rounds,
    ledger,
    cosigning,
    logs,
    issuer,
    issuing,
    collector,
    gateway,
    promises: new Promises(store, promiseKey),
    sealing: createSealing({
      ...{ rounds, store, ledger, issuer, records, now, turn, forgetful: [replies, cases] },
      isReleased: (round) => (logs.of(round).release?.index ?? Number.POSITIVE_INFINITY) < cosigning.published.size,
    }),
    replies,
    cases,
    uploads,
    nonces,
    fetching: new Fetching(store, nonces, cases),
    reveals,
    openings: new Openings({ rounds, store, ledger, logs, reveals, now, turn, issuing }),
    releases,
    plans: new Plans({ programme, store, ledger, rounds, logs, releases, now }),
    drafts,
    amendments,
    participation: new Participation(store),
    notification:
      notification === undefined
        ? null
        : await Notification.open({ ...notification, send: smtp(notification, rng), store, now, ...reporting }),
    alone,
  };
}

/** The live round of a name, as a path gives it. @throws ERR_ROUND_UNKNOWN */
export function roundNamed(rounds: Rounds, name: string): ReturnType<Rounds["all"]>[number] {
  const round = rounds.byName(name);
  if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  return round;
}
