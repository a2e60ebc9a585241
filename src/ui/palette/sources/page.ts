// What concerns the whole page: the commands that have keys, panels, the view, themes, languages, speeds, captures.

import { en } from "../../../i18n/en/page.ts";
import { zh } from "../../../i18n/zh/page.ts";
import { drawingStore, showAll } from "../../canvas/drawing.ts";
import { view } from "../../canvas/view.ts";
import { download } from "../../controls/download.ts";
import { chooseTheme, speakFromNow } from "../../shell/header/liking.ts";
import { COMMANDS, type CommandId, SPEEDS } from "../../shell/keys.ts";
import { focusPanel, type InspectorTab, uiStore } from "../../shell/ui-state.ts";
import { prefsStore, THEMES } from "../../store/prefs.ts";
import { ask, setRealTime, setSpeed } from "../../store/session.ts";
import { layoutStore, tidyLayout, timeStore } from "../../store/stores.ts";
import { canRedoAny, canUndoAny } from "../../undo/undo.ts";
import type { Entry, Group } from "../entry.ts";
import { both, bothOf, type PaletteText } from "../text.ts";

/** The palette need not offer itself. */
const LEFT_OUT: readonly CommandId[] = ["palette"];
const TIME: readonly CommandId[] = ["play", "hop", "event", "back", "start", "end", "faster", "slower", "undo", "redo"];

export function commandEntries(): Entry[] {
  return COMMANDS.filter((command) => !LEFT_OUT.includes(command.id) && isPossible(command.id)).map((command) => ({
    id: `command ${command.id}`,
    group: TIME.includes(command.id) ? "time" : "page",
    title: both((t) => t.commands[command.id]),
    ...(command.keys[0] === undefined ? {} : { key: command.keys[0] }),
    does: command.run,
  }));
}

function isPossible(id: CommandId): boolean {
  return id === "undo" ? canUndoAny() : id === "redo" ? canRedoAny() : true;
}

export function viewEntries(): Entry[] {
  const fit = () => {
    drawingStore.setState({ following: true });
    showAll(true);
  };
  const placed = Object.keys(layoutStore.getState().positions).length > 0;
  return [
    plain("fit", "view", (t) => t.fit, fit),
    plain(
      "zoom-in",
      "view",
      (t) => t.zoomIn,
      () => view.zoomBy(1.25),
    ),
    plain(
      "zoom-out",
      "view",
      (t) => t.zoomOut,
      () => view.zoomBy(0.8),
    ),
    ...(placed ? [plain("tidy", "view", (t) => t.tidy, tidyLayout)] : []),
    plain(
      "packet-tab",
      "page",
      (t) => t.packetTab,
      () => openTab("packet"),
    ),
    plain(
      "node-tab",
      "page",
      (t) => t.nodeTab,
      () => openTab("node"),
    ),
    plain(
      "netfilter-tab",
      "page",
      (t) => t.netfilterTab,
      () => openTab("netfilter"),
    ),
    plain(
      "capture",
      "file",
      (t) => t.capture,
      () => void saveCapture(null, "docker0"),
    ),
  ];
}

function openTab(inspectorTab: InspectorTab): void {
  uiStore.setState({ inspectorTab });
  focusPanel("details");
}

/** Hands over what a device has seen so far, or all of them, as pcapng. */
export async function saveCapture(dev: number | null, name: string): Promise<void> {
  const answer = await ask({ kind: "pcapng", dev });
  if (answer?.kind !== "pcapng") return;
  download(`${name}.pcapng`, new Uint8Array(answer.bytes), "application/x-pcapng");
}

export function settingEntries(): Entry[] {
  const { theme, language } = prefsStore.getState();
  const { speed, realTime } = timeStore.getState();
  const themes = THEMES.map(
    (one): Entry => ({
      id: `theme ${one}`,
      group: "setting",
      title: bothOf({ en: en.shell.themes[one], zh: zh.shell.themes[one] }, (t, name) => t.theme(name)),
      chosen: one === theme,
      does: () => chooseTheme(one),
    }),
  );
  const languages = (["en", "zh"] as const).map(
    (one): Entry => ({
      id: `language ${one}`,
      group: "setting",
      title: both((t) => t.languages[one]),
      chosen: one === language,
      does: () => speakFromNow(one),
    }),
  );
  const speeds = SPEEDS.map(
    (one): Entry => ({
      id: `speed ${one}`,
      group: "time",
      title: both((t) => t.speed(`${one}×`)),
      chosen: one === speed && !realTime,
      does: () => setSpeed(one),
    }),
  );
  const real: Entry = {
    ...plain(
      "real-time",
      "time",
      (t) => t.realTime,
      () => setRealTime(true),
    ),
    chosen: realTime,
  };
  return [...themes, ...languages, ...speeds, real];
}

/** An entry whose title names nothing of the world. */
export function plain(id: string, group: Group, say: (t: PaletteText) => string, does: () => void): Entry {
  return { id, group, title: both(say), does };
}
