import { mayRetry, type SurveyCatalogue, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice } from "../../ui/parts.ts";
import { stageList } from "../../ui/progress.ts";
import type { SurveySession } from "../session.ts";

/** Real progress: each line is ticked when it has happened. If the network drops, one button sends the same bytes again. */
export function sending(catalogue: SurveyCatalogue, session: SurveySession): HTMLElement {
  const { survey, common } = catalogue;
  const withdrawing = session.journey.screen === "withdrawing";
  const failed = session.error !== null;
  const stages = [
    { id: "sealing", label: survey.sealing },
    { id: "sending", label: survey.sending },
    session.round?.releases ? { id: "sent", label: survey.sent } : { id: "kept", label: survey.kept },
  ];
  const again = mayRetry(session.error);
  return h(
    "div",
    {},
    heading(withdrawing ? survey.withdrawingTitle : survey.sendingTitle),
    stageList(catalogue, stages, session.stage, failed),
    failed ? notice(common.problem, sentenceFor(catalogue, session.error), "error", again ? h("p", {}, survey.unsent) : null) : null,
    failed
      ? actions(
          again ? button(common.tryAgain, () => void session.retry(), "primary") : null,
          again ? null : button(common.back, () => session.reconsider(), "secondary"),
        )
      : null,
  );
}
