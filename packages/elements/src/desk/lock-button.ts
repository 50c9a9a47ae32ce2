import type { DeskCatalogue } from "../catalogue/index.ts";
import { button } from "../ui/parts.ts";

/** Clears the page. Every screen of a desk that shows something has one. */
export function lockButton({ desk }: DeskCatalogue, lock: () => void): HTMLElement {
  const node = button(desk.lock, lock);
  node.title = desk.lockHint;
  return node;
}
