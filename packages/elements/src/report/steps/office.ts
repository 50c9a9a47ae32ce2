import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, localized, plural } from "../../catalogue/index.ts";
import { h, replace } from "../../ui/dom.ts";
import { dropdown } from "../../ui/fields.ts";
import { actions, button, details, notice, paragraph } from "../../ui/parts.ts";
import type { Office } from "../offices.ts";
import type { ReportSession } from "../session.ts";

/** The exact office: closed at first, and named only once the number of people who work there was read. */
export function officePart(catalogue: ReportCatalogue, session: ReportSession): HTMLElement | null {
  const { report, common } = catalogue;
  const { offices } = session;
  if (offices.length === 0) return null;
  const slot = h("div", { role: "status" });
  const show = (office: Office | undefined): void => {
    replace(slot, office === undefined ? null : warning(office));
  };
  const warning = (office: Office): HTMLElement => {
    const named = session.fields.office === office.id;
    const values = { office: localized(catalogue, office.name) };
    const set = (id: string): void => {
      session.setField("office", id);
      show(id === "" ? undefined : office);
    };
    return notice(
      named ? fill(report.officeNamed, values) : null,
      plural(catalogue, report.officePeople, office.people, values),
      "warning",
      actions(
        named ? null : button(report.officeName, () => set(office.id), "secondary"),
        button(report.officeLeave, () => set(""), "quiet"),
      ),
    );
  };
  const list = dropdown({
    label: report.office,
    empty: common.notAnswered,
    choices: offices.map(({ id, name }) => ({ value: id, label: localized(catalogue, name) })),
    chosen: session.fields.office ?? "",
    onChange: (chosen) => {
      session.setField("office", "");
      show(offices.find(({ id }) => id === chosen));
    },
  });
  show(offices.find(({ id }) => id === session.fields.office));
  const part = details(report.officeTitle, paragraph(report.officeText), list, slot);
  if (session.fields.office !== undefined) part.setAttribute("open", "");
  return part;
}
