/** A line of a menu, and what it does. */
import type { PanelName } from "../../shell/ui-state.ts";
import type { Lock } from "../../store/locks.ts";

export interface Action {
  readonly id: string;
  readonly label: string;
  /** What stands beside the words: an address, a name. */
  readonly hint?: string;
  readonly danger?: boolean;
  /** Not offered while this is locked. */
  readonly lock?: Lock;
  /** Not offered where the page hasn't this panel. */
  readonly panel?: PanelName;
  /** Either does something, or opens a list of others. */
  readonly run?: () => void;
  readonly items?: readonly Action[];
}

/** What belongs together; a line is drawn between sections. */
export type Section = readonly Action[];

/** Only what is allowed, and no list or section with nothing in it. */
export function offered(
  sections: readonly Section[],
  isLocked: (what: Lock) => boolean,
  hasPanel: (panel: PanelName) => boolean = () => true,
): Section[] {
  const keep = (action: Action): boolean =>
    (action.panel === undefined || hasPanel(action.panel)) &&
    (action.lock === undefined || !isLocked(action.lock)) &&
    (action.items === undefined || action.items.length > 0);
  return sections.map((section) => section.filter(keep)).filter((section) => section.length > 0);
}
