import { ballotSize } from "@amana/core/questionnaire";
import { decodeAnalysisPlan } from "@amana/results";
import { fetchFile } from "../wire/ledger-view.ts";
import { fetchQuestionnaires } from "../wire/rounds.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/** Questionnaires and plans have the hashes that the manifests fix, and every ballot of a round fits the one size. */
export class QuestionnairesCheck implements Check {
  readonly name = "questionnaires";
  readonly #auditing: Auditing;

  constructor(auditing: Auditing) {
    this.#auditing = auditing;
  }

  async end(): Promise<string> {
    const { transport, rounds } = this.#auditing;
    let files = 0;
    for (const { manifest } of rounds.values()) {
      const questionnaires = await fetchQuestionnaires(transport, manifest);
      const largest = Math.max(0, ...questionnaires.map(ballotSize));
      if (questionnaires.length > 0) demand(manifest.size === largest, `${manifest.round}: ballots are not padded to the largest`);
      if (manifest.analysisPlan !== null) decodeAnalysisPlan(await fetchFile(transport, manifest.analysisPlan));
      files += questionnaires.length + (manifest.analysisPlan === null ? 0 : 1);
    }
    return `${files} questionnaires and analysis plans`;
  }
}
