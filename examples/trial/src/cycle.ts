import type { ClientOptions } from "@amana/client";
import { openInvitation, openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { plausibleAnswers } from "./answers.ts";
import { Clock } from "./clock.ts";
import { inconsistentShares, malformedBallot, respondWith } from "./hostile.ts";
import { ORGANISATIONS, WAVE } from "./organisations.ts";
import { closeChannel, type ReportCounts, reportAndReply } from "./reports.ts";
import { type Respondent, respond, several } from "./respondents.ts";
import { freePort, startServer } from "./server.ts";
import { World } from "./world.ts";

/** How large the cycle is, and where its steps are told. */
export interface CycleOptions {
  readonly folder: string;
  readonly officials: number;
  readonly privateSector: number;
  readonly say: (line: string) => void;
}

/** What a cycle did, counted on the way. */
export interface CycleSummary {
  readonly invited: number;
  readonly drawn: number;
  readonly submitted: number;
  readonly revised: number;
  readonly withdrawn: number;
  readonly refused: number;
  readonly counted: number;
  readonly invalid: number;
  readonly ledgerSize: number;
  /** Digest of the release. */
  readonly release: string;
  readonly verified: boolean;
  readonly reports: ReportCounts;
}

const LASTS = 14 * 86_400;
const REVISERS = 12;
const WITHDRAWERS = 4;

/** The whole cycle: a wave from questionnaire to signed results, and three reports with their replies. Everything goes through HTTP. */
export async function cycle({ folder, officials, privateSector, say }: CycleOptions): Promise<CycleSummary> {
  const clock = new Clock();
  const scale = { invited: { officials: officials + 20, "private-sector": privateSector + 30 }, minimumGroup: 10, lasts: LASTS };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const world = new World(folder, url, clock.now);

  say("Three organisations make their keys; the operator makes the programme.");
  const programme = await world.prepare();
  let server = await startServer({ data: world.data, port, now: clock.now });
  try {
    await world.amana(["trust", url, "--yes"]);
    say(`The wave is drafted, rehearsed and co-signed by ${ORGANISATIONS.length} trustees.   ${url}`);
    await world.launchWave(scale);
    const options: ClientOptions = { programme, now: clock.now, wait: async () => undefined };
    const wave = await openRound(url, WAVE, options);
    await world.launchChannel(toHex(wave.manifestId));

    const answered = await answer(world, { officials, "private-sector": privateSector }, options, say);

    say("The wave closes; the last answers are sealed into the ledger.");
    clock.moveTo(wave.manifest.windows.answeringClose + 1);
    await server.tick();
    clock.moveTo(wave.manifest.deadlines.missingBy + 1);
    await server.tick();
    const reporting = { world, url, options, clock, server, say };
    const { counts, attached } = await reportAndReply(reporting, (answered.sample[0] as Respondent).secretCode);
    const opened = await openWave(world, clock, wave.manifest.deadlines.commitBy, say);

    say("The release is published.   releases/wave-1/");
    await world.amana(["results", "publish", "--data", world.data, "--round", WAVE]);
    for (const id of OPENERS) await world.as(id, ["trustee", "next", "--round", WAVE]);

    await closeChannel(reporting, attached);

    say("The server stops and starts again, and a stranger verifies all of it.");
    await server.close();
    server = await startServer({ data: world.data, port, now: clock.now });
    const doctor = await world.amana(["verify", url, "--programme", programme]);
    const checks = (doctor.result as { checks: { check: string; detail: string }[] }).checks;
    for (const { check, detail } of checks) say(`  ✓ ${check}: ${detail}`);
    const included = await several(answered.sample, 4, async ({ receipt }) => (await receipt.verifyIncluded()).included);
    const summary = await readSummary(url);
    return {
      invited: scale.invited.officials + scale.invited["private-sector"],
      drawn: answered.drawn,
      submitted: answered.submitted,
      revised: REVISERS,
      withdrawn: WITHDRAWERS,
      refused: answered.refused,
      counted: summary.counted,
      invalid: summary.invalid,
      ledgerSize: summary.ledgerSize,
      release: opened.digest,
      verified: (doctor.result as { verified: boolean }).verified && included.every(Boolean),
      reports: counts,
    };
  } finally {
    await server.close();
  }
}

const OPENERS = ["customs", "federation"];

/** Everybody answers; some change, some withdraw; a double use is refused; two hostile clients get in and will be found invalid. */
async function answer(world: World, people: Readonly<Record<string, number>>, options: ClientOptions, say: (line: string) => void) {
  const respondents: Respondent[] = [];
  let refused = 0;
  for (const [audience, count] of Object.entries(people)) {
    say(`${count} of ${audience} enrol and answer.`);
    const links = (await world.links(audience)).slice(0, count);
    const hostile = audience === "officials" ? 0 : 2;
    respondents.push(...(await several(links.slice(hostile), 4, (link, person) => respond(link, audience, person, options))));
    if (hostile > 0) {
      say("Two hostile clients send a malformed ballot and an envelope with inconsistent shares.");
      await respondWith(malformedBallot, links[0] as string, audience, options);
      await respondWith(inconsistentShares, links[1] as string, audience, options);
    }
  }
  say(`${REVISERS} people change their answer, ${WITHDRAWERS} withdraw it, with the secret code on another device.`);
  for (const [index, person] of respondents.slice(0, REVISERS + WITHDRAWERS).entries()) {
    const back = await (await openRound(baseOf(person.link), WAVE, options)).resume(person.secretCode, person.credential.audience.id);
    if (index < REVISERS) await back.submit(plausibleAnswers(back.questionnaire, back.audience.id, 10_000 + index));
    else await back.withdraw();
  }
  say("Somebody uses an invitation a second time, and is refused.");
  const again = await openInvitation(respondents[0]?.link as string, options);
  try {
    await again.enrol(again.newSecretCode());
  } catch (error) {
    if (!isAmanaError(error, "ERR_INVITATION_USED")) throw error;
    refused += 1;
  }
  const submitted = respondents.length + 2;
  return { submitted, refused, drawn: submitted, sample: respondents.slice(-5) };
}

/** Trustees hold, commit, reveal, count and sign: two of the three. The third never comes. */
async function openWave(world: World, clock: Clock, commitBy: number, say: (line: string) => void): Promise<{ digest: string }> {
  say("Two of three trustees fetch the sealed answers and commit to their shares.");
  for (const id of OPENERS) await world.as(id, ["trustee", "next", "--round", WAVE]);
  clock.moveTo(commitBy + 1);
  say("The time to commit is over: both reveal their shares to each other, open and count.");
  for (const id of OPENERS) await world.as(id, ["trustee", "next", "--round", WAVE]);
  let digest = "";
  for (const id of OPENERS) {
    const { result } = await world.as(id, ["trustee", "next", "--round", WAVE]);
    const { steps } = result as { steps: { digest?: string }[] };
    digest = steps.map((step) => step.digest).find((each) => each !== undefined) ?? digest;
  }
  say(`Both signed the release ${digest.slice(0, 16)}…`);
  return { digest };
}

async function readSummary(url: string): Promise<{ counted: number; invalid: number; ledgerSize: number }> {
  const release = (await (await fetch(`${url}releases/${WAVE}/release.json`)).json()) as { totals: { counted: number; invalid: number }[] };
  const checkpoint = await (await fetch(`${url}ledger/checkpoint`)).text();
  const sum = (field: "counted" | "invalid"): number => release.totals.reduce((total, each) => total + each[field], 0);
  return { counted: sum("counted"), invalid: sum("invalid"), ledgerSize: Number(checkpoint.split("\n")[1]) };
}

function baseOf(link: string): string {
  return new URL(".", link).href;
}
