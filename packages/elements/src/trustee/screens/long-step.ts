import { fill, number, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button } from "../../ui/parts.ts";
import type { LongStep, TrusteeSession } from "../session.ts";

/** How far a long step is, how fast, and how long it takes still. */
export function longStep(catalogue: TrusteeCatalogue, session: TrusteeSession, long: LongStep): HTMLElement {
  const { trustee } = catalogue;
  const title = { hold: trustee.stepHold, commit: trustee.stepCommit, reveal: trustee.stepReveal, count: trustee.stepCount }[long.step];
  const { done, total, from, since } = long;
  const rate = (done - from) / Math.max(0.001, (Date.now() - since) / 1000);
  const facts = [
    total === 0 ? null : fill(trustee.stepOf, { done: number(catalogue, done), total: number(catalogue, total) }),
    rate <= 0
      ? null
      : fill(trustee.stepRate, {
          rate: number(catalogue, Math.round(rate * 10) / 10),
          left: number(catalogue, Math.ceil((total - done) / rate)),
        }),
  ];
  const stop = button(trustee.stop, () => session.stop());
  stop.title = trustee.stopHint;
  return h(
    "section",
    { class: "long notice info" },
    h("p", { class: "notice-title" }, title),
    h("progress", { ...(total === 0 ? {} : { max: total, value: done }), "aria-label": title }),
    h("p", { class: "hint" }, facts.filter((fact) => fact !== null).join(" · ")),
    actions(stop),
  );
}
