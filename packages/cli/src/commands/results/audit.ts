import { Transport } from "@amana/client/auditor";
import { SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { decodeRelease } from "@amana/core/release";
import { type AuditedRelease, auditReleases, type Exposure, type Results } from "@amana/results";
import * as v from "valibot";
import { type Command, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { SOURCE_OPTION, type Source, sourceOf } from "../plan/source.ts";

const RELEASE_LIMIT = 2 ** 20;
const RESULTS_LIMIT = 16 * 2 ** 20;

const rounds = v.object({ rounds: v.array(v.object({ name: v.string(), kind: v.string(), entryIndex: v.number() })) });

const WHY: Readonly<Record<Exposure["why"], string>> = {
  "too-few": "is shown for fewer people than the minimum group",
  derivable: "is hidden, but follows from sums that are shown",
  narrow: "is hidden, but what is shown leaves only a few numbers",
  "hidden-earlier": "is shown, but hidden in",
  "other-groups": "has other groups than in",
  contradiction: "is hidden, and the numbers beside it contradict each other",
};

export const resultsAudit: Command = {
  name: "results audit",
  summary: "Look through everything that was ever published for a hidden figure that can be computed from it, across rounds too.",
  positionals: ["[ROUND]…"],
  options: SOURCE_OPTION,
  examples: ["amana results audit --from https://feedback.example.org/", "amana results audit wave-2026 wave-2028 --from ./mirror --json"],
  notes: [
    "Without rounds, all that the server names, in the order of its ledger; for a folder, name them, oldest first.",
    "Exit code 1: something hidden can be told. It uses what is published alone: numbers as they are rounded, and how many answers a release says it counts.",
    "That releases are what trustees signed is checked by amana verify.",
  ],
  async run({ positionals, values }, io) {
    const source = sourceOf(values, io);
    const names = positionals.length > 0 ? positionals : await namesOf(source);
    const releases: AuditedRelease[] = [];
    for (const name of names) {
      const release = await readRelease(source, name);
      if (release !== null) releases.push(release);
      else if (positionals.length > 0) io.warn(`${oneLine(name)} has no release yet.`);
    }
    const exposures = auditReleases(releases);
    for (const { results } of releases) io.say(lineOf(results, exposures));
    for (const each of exposures) {
      const what = [
        each.audience,
        `${each.by.join(" × ")} = ${each.of.map((option) => option ?? "did not say").join(" × ")}`,
        each.item ?? "people",
      ];
      io.warn(oneLine(`✗ ${each.round}: ${what.join(", ")} ${WHY[each.why]}${each.earlier === null ? "" : ` ${each.earlier}`}.`));
    }
    io.result({ rounds: releases.map(({ results }) => results.round), exposures });
    return exposures.length === 0 ? 0 : CHECK_FAILED;
  },
};

function lineOf({ round, audiences }: Results, exposures: readonly Exposure[]): string {
  const tables = audiences.flatMap(({ breakdowns }) => breakdowns ?? []);
  const hidden = tables.flatMap(({ groups }) => groups.filter(({ counted }) => "suppressed" in counted)).length;
  const found = exposures.filter((each) => each.round === round).length;
  const what = tables.length === 0 ? "no tables by groups" : `${tables.length} tables by groups, ${hidden} groups hidden`;
  return oneLine(`${found === 0 ? "✓" : "✗"} ${round}: ${what}${found === 0 ? ", nothing that is hidden can be told" : ""}`);
}

/** Names of the rounds that may have results, in the order of the ledger, as the server says. */
async function namesOf(source: Source): Promise<string[]> {
  if (!(source instanceof Transport)) throw new UsageError("name the rounds of a folder, oldest first");
  const bytes = await source.find("rounds", RESULTS_LIMIT);
  return listed(bytes)
    .filter(({ kind }) => kind !== "reports")
    .sort((a, b) => a.entryIndex - b.entryIndex)
    .map(({ name }) => name);
}

/** Attacker-controlled. @throws ERR_RESPONSE_INVALID */
function listed(bytes: Uint8Array | null): v.InferOutput<typeof rounds>["rounds"] {
  try {
    return v.parse(rounds, JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()))).rounds;
  } catch {
    throw new AmanaError("ERR_RESPONSE_INVALID");
  }
}

async function readRelease(source: Source, round: string): Promise<AuditedRelease | null> {
  if (!/^[a-z0-9-]{1,64}$/.test(round)) throw new UsageError("a round's name has small letters, digits and hyphens");
  const release = await source.find(`releases/${round}/release.json`, RELEASE_LIMIT);
  const results = await source.find(`releases/${round}/results.json`, RESULTS_LIMIT);
  if (release === null || results === null) return null;
  const { files, totals } = decodeRelease(release);
  if (files.find(({ name }) => name === "results.json")?.sha256 !== toHex(SHA256(results)))
    throw new AmanaError("ERR_RELEASE_INVALID", { note: "results.json is not the one that it lists." });
  return {
    results: JSON.parse(new TextDecoder().decode(results)) as Results,
    counted: Object.fromEntries(totals.map(({ audience, counted }) => [audience, counted])),
  };
}
