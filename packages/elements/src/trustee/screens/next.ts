import { fill, localized, moment, plural, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { fileField } from "../../desk/key-screen.ts";
import { lockButton } from "../../desk/lock-button.ts";
import { type Child, h, replace } from "../../ui/dom.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import type { LiveRound, TrusteeRound } from "../client.ts";
import { answersFileName } from "../round-memory.ts";
import { trusteeSentence } from "../sentences.ts";
import type { TrusteeSession } from "../session.ts";
import { waitText } from "./draft.ts";
import { longStep } from "./long-step.ts";
import { busyButton, names, problem, roundTitle } from "./parts.ts";

export interface NextScreen {
  readonly node: HTMLElement;
  /** Draws how far a long step is. */
  readonly renew: () => void;
}

/** Every round of the key file: what is due, what it waits for and for whom, and one button that does it. */
export function nextScreen(catalogue: TrusteeCatalogue, session: TrusteeSession, lock: () => void): NextScreen {
  const { trustee } = catalogue;
  const long = h("div", { class: "long-slot" });
  const renew = (): void => replace(long, session.long === null ? null : longStep(catalogue, session, session.long));
  renew();
  const node = h(
    "div",
    { class: "narrow" },
    h(
      "div",
      { class: "list-head" },
      heading(trustee.nextTitle),
      actions(
        busyButton(session, trustee.refresh, () => void session.refresh()),
        lockButton(catalogue, lock),
      ),
    ),
    paragraph(fill(trustee.nextOf, { organisation: names(catalogue, session, [session.organisation]) }), "hint"),
    problem(catalogue, session),
    ...said(catalogue, session),
    long,
    session.rounds.length === 0 ? h("p", { class: "empty" }, trustee.noRounds) : null,
    h("ul", { class: "rounds" }, ...session.rounds.map((round) => card(catalogue, session, round))),
    actions(button(trustee.another, () => session.toJoin())),
  );
  return { node, renew };
}

function said(catalogue: TrusteeCatalogue, session: TrusteeSession): readonly Child[] {
  const { trustee } = catalogue;
  const { done } = session;
  if (done === null) return [];
  const isBad = done.what === "absent" || done.what === "fault";
  const isQuiet = done.what === "waits" || done.what === "stopped";
  const text = fill(trustee.did[done.what], { names: names(catalogue, session, done.who) });
  return [
    h("div", { role: "status" }, notice(null, text, isBad ? "warning" : isQuiet ? "info" : "success")),
    done.missing === 0 ? null : notice(null, plural(catalogue, trustee.notGiven, done.missing), "warning"),
  ];
}

function card(catalogue: TrusteeCatalogue, session: TrusteeSession, round: TrusteeRound): HTMLElement {
  const { trustee } = catalogue;
  const manifest = round.kind === "draft" || round.kind === "live" ? round.manifest : round.kind === "channel" ? round : undefined;
  return h(
    "li",
    { class: "round", "data-round": round.name },
    h("h3", {}, ...roundTitle(catalogue, round.name, manifest)),
    ...content(catalogue, session, round),
    session.roundNames.includes(round.name)
      ? actions(
          labelled(
            button(trustee.showBackup, () => session.showBackup(round.name), "quiet"),
            round.name,
          ),
        )
      : null,
  );
}

function content(catalogue: TrusteeCatalogue, session: TrusteeSession, round: TrusteeRound): readonly Child[] {
  const { trustee } = catalogue;
  switch (round.kind) {
    case "unprepared":
      return [paragraph(trustee.unprepared)];
    case "channel":
      return [paragraph(trustee.channel)];
    case "broken":
      return [notice(trustee.broken, trusteeSentence(catalogue, round.error, "check"), "error")];
    case "unlogged":
      return [paragraph(trustee.unlogged), doing(session, trustee.tell, round.name)];
    case "draft": {
      const read = busyButton(
        session,
        trustee.draftRead,
        () => session.show(round.name, "draft"),
        round.due === "wait" ? "secondary" : "primary",
      );
      const text = {
        refuse: trustee.draftRefused,
        wait: waitText(catalogue, session, round),
        rehearse: trustee.draftDue,
        cosign: trustee.draftDue,
      };
      return [paragraph(text[round.due], round.due === "refuse" ? "due late" : ""), actions(labelled(read, round.name))];
    }
    case "live":
      return [...proposal(catalogue, session, round), ...live(catalogue, session, round)];
  }
}

function proposal(catalogue: TrusteeCatalogue, session: TrusteeSession, round: LiveRound): readonly Child[] {
  const { trustee } = catalogue;
  if (round.lostAmendment) return [notice(null, trustee.amendmentLost, "warning")];
  if (round.proposal === null) return [];
  const text = round.proposal.signedByUs ? trustee.amendmentSigned : trustee.amendmentDue;
  const read = busyButton(session, trustee.amendmentRead, () => session.show(round.name, "amendment"), "primary");
  return [notice(null, text, "info", actions(read))];
}

function live(catalogue: TrusteeCatalogue, session: TrusteeSession, round: LiveRound): readonly Child[] {
  const { trustee } = catalogue;
  const { due, times, name } = round;
  const reason = times.cancelled === null ? null : fill(trustee.cancelled, { reason: localized(catalogue, times.cancelled) });
  const go = (text: string, label: string): readonly Child[] => [
    paragraph(text),
    ...answers(catalogue, session, round),
    doing(session, label, name),
  ];
  switch (due.step) {
    case "hold":
      return [
        paragraph(plural(catalogue, trustee.holdDue, due.epochs)),
        ...answers(catalogue, session, round),
        doing(session, trustee.hold, name),
      ];
    case "commit":
      return go(trustee.commitDue, trustee.commit);
    case "reveal":
      return go(trustee.revealDue, trustee.reveal);
    case "count":
      return go(trustee.countDue, trustee.count);
    case "destroy": {
      const read = busyButton(session, trustee.destroyRead, () => session.show(name, "destroy"), "primary");
      return [reason === null ? null : notice(null, reason, "warning"), paragraph(trustee.destroyDue), actions(labelled(read, name))];
    }
    case "done":
      return [paragraph(trustee.doneDue)];
    case "wait":
      return waiting(catalogue, session, round, due.for);
  }
}

function waiting(
  catalogue: TrusteeCatalogue,
  session: TrusteeSession,
  { name, times, waitsFor }: LiveRound,
  what: "close" | "commitments" | "opening" | "release",
): readonly Child[] {
  const { trustee } = catalogue;
  const who = names(catalogue, session, waitsFor);
  switch (what) {
    case "close":
      return [paragraph(fill(trustee.waitClose, { moment: moment(catalogue, times.windows.answeringClose) }))];
    case "commitments":
      return [paragraph(fill(trustee.waitCommitments, { moment: moment(catalogue, times.deadlines.commitBy), names: who }))];
    case "opening":
      return [paragraph(trustee.waitOpening)];
    case "release":
      if (who === "") return [paragraph(trustee.waitReleaseOthers)];
      return [paragraph(fill(trustee.waitRelease, { names: who })), doing(session, trustee.waitLook, name, "secondary")];
  }
}

/** The file of sealed answers, where some are not in memory. */
function answers(catalogue: TrusteeCatalogue, session: TrusteeSession, round: LiveRound): readonly Child[] {
  const { trustee } = catalogue;
  // Of what was never held there is no file.
  if (round.lacking === 0 || (round.due.step === "hold" && round.lacking <= round.memory.size)) return [];
  const hint = fill(trustee.loadHint, { name: `\u2068${answersFileName(round.name)}\u2069` });
  const chosen = fileField(trustee.loadField, hint, `answers-${round.name}`);
  const take = async (): Promise<void> => {
    const file = chosen.input.files?.[0];
    chosen.fail(file === undefined ? trustee.loadMissing : null);
    if (file !== undefined) await session.load(round, new Uint8Array(await file.arrayBuffer()));
  };
  return [
    paragraph(plural(catalogue, trustee.lacking, round.lacking), "hint"),
    chosen.field,
    actions(
      labelled(
        busyButton(session, trustee.load, () => void take()),
        round.name,
      ),
    ),
  ];
}

function doing(session: TrusteeSession, label: string, round: string, kind: "primary" | "secondary" = "primary"): HTMLElement {
  return actions(
    labelled(
      busyButton(session, label, () => void session.proceed(round), kind),
      round,
    ),
  );
}

/** Buttons of several rounds bear the same words: the round tells them apart. */
function labelled(node: HTMLButtonElement, round: string): HTMLButtonElement {
  node.setAttribute("aria-label", `${node.textContent ?? ""} (${round})`);
  node.setAttribute("data-key", `${node.textContent ?? ""}-${round}`);
  return node;
}
