import type { Manifest } from "@amana/core/manifest";
import { fill, localized, moment, number, separationKey, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { type Child, h } from "../../ui/dom.ts";
import type { TrusteeSession } from "../session.ts";
import { names } from "./parts.ts";

/** A round's settings in plain words: what a co-signature stands for. */
export function settings(catalogue: TrusteeCatalogue, session: TrusteeSession, manifest: Manifest, id: string): HTMLElement {
  const { settings: words } = catalogue.trustee;
  const { windows, deadlines, audiences, relay } = manifest;
  const at = (seconds: number): string => moment(catalogue, seconds);
  const isSurvey = manifest.kind !== "reports";
  const title = (audience: Manifest["audiences"][number]): string => localized(catalogue, audience.title);
  const who = audiences.map((audience) => {
    const handedOut = [...new Set(audience.issuers.map(({ handedOutBy }) => handedOutBy))];
    const values = { title: title(audience), people: number(catalogue, audience.rosterSize), names: names(catalogue, session, handedOut) };
    return fill(words.audience, values);
  });
  const groups = audiences.map((audience) =>
    fill(words.groupText, { title: title(audience), count: number(catalogue, audience.minimumGroup) }),
  );
  const times = [
    ...(isSurvey ? [fill(words.enrol, { from: at(windows.enrolmentOpen), to: at(windows.enrolmentClose) })] : []),
    fill(words.answer, { from: at(windows.answeringOpen), to: at(windows.answeringClose) }),
    ...(isSurvey ? [fill(words.commit, { moment: at(deadlines.commitBy) })] : []),
  ];
  return h(
    "dl",
    { class: "settings" },
    ...row(words.title, localized(catalogue, manifest.title)),
    ...(isSurvey ? row(words.who, ...who) : []),
    ...row(words.read, ...readers(catalogue, session, manifest)),
    ...(isSurvey ? row(words.link, words.linkText, told(catalogue, session, manifest)) : []),
    ...(relay === null ? [] : row(words.relay, names(catalogue, session, [relay.organisation]), h("bdi", { dir: "ltr" }, relay.origin))),
    ...(isSurvey ? row(words.group, ...groups) : []),
    ...row(words.times, ...times),
    ...row(words.id, h("span", { class: "mono", dir: "ltr" }, id)),
  );
}

function readers(catalogue: TrusteeCatalogue, session: TrusteeSession, manifest: Manifest): readonly string[] {
  const { settings: words } = catalogue.trustee;
  const holders = [...manifest.trustees, ...manifest.handlers].map(({ organisation }) => organisation);
  const values = {
    threshold: number(catalogue, manifest.threshold),
    count: number(catalogue, holders.length),
    names: names(catalogue, session, holders),
  };
  if (manifest.kind === "reports") return [fill(words.readOne, values)];
  return [fill(words.readText, values), ...(manifest.noSpare ? [words.spare] : [])];
}

/** The one honest paragraph that respondents are shown. */
function told(catalogue: TrusteeCatalogue, session: TrusteeSession, { separation, relay }: Manifest): HTMLElement {
  const sentence = catalogue.survey.separation[separationKey(separation, session.programme?.trial ?? false)];
  const name = relay === null ? "" : names(catalogue, session, [relay.organisation]);
  return h("blockquote", {}, fill(sentence, { relay: name }));
}

function row(term: string, ...values: readonly Child[]): readonly HTMLElement[] {
  return [h("dt", {}, term), ...values.map((value) => h("dd", {}, value))];
}
