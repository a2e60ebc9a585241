// What is passed on without the dialog: the link to this moment, pictures, the script.
import { textStore } from "../../i18n/text.ts";
import { download } from "../controls/download.ts";
import { linkToMoment } from "../links/open-link.ts";
import { uiStore } from "../shell/ui-state.ts";
import { stillNow } from "../still/still.ts";
import type { StillTheme } from "../still/theme-colours.ts";
import { notify } from "../store/notices.ts";
import { logStore, sceneStore, terminalStore, timeStore, worldStore } from "../store/stores.ts";
import { fileName } from "./file-name.ts";
import { pngOf } from "./png.ts";
import { scriptOf } from "./script/script.ts";
import { shareText } from "./share-text.ts";

/** Copies the link to this moment; where the clipboard is refused the dialog opens with the text. */
export async function copyMomentLink(): Promise<void> {
  const link = await linkToMoment();
  if (link === null) return;
  try {
    await navigator.clipboard.writeText(link);
    notify("note", () => shareText().link.copied);
  } catch {
    uiStore.setState({ share: true });
  }
}

/** The theme of pictures that goes with what the page shows. */
export function themeNow(): StillTheme {
  return document.documentElement.dataset.theme === "dark" ? "dark" : "light";
}

export function saveSvg(theme: StillTheme = themeNow()): void {
  download(fileName("svg"), stillNow(theme).svg, "image/svg+xml");
}

/** False, after a sentence, when the browser cannot draw it. */
export async function savePng(theme: StillTheme = themeNow()): Promise<boolean> {
  const png = await pngOf(stillNow(theme));
  if (png === null) notify("error", () => shareText().picture.pngFailed);
  else download(fileName("png"), png, "image/png");
  return png !== null;
}

export function saveScript(): void {
  download(fileName("sh"), scriptNow(), "text/x-shellscript");
}

/** The script of what is open; empty while nothing is. */
export function scriptNow(): string {
  const { scene } = sceneStore.getState();
  if (scene === null) return "";
  const { nodes, nodeIds, devices } = worldStore.getState();
  return scriptOf({
    scene,
    title: scene.title[textStore.getState().language],
    path: logStore.getState().path,
    chunks: terminalStore.getState().chunks,
    end_ns: timeStore.getState().playhead_ns,
    nodes: nodeIds.flatMap((id) => nodes[id] ?? []),
    devices: [...devices.values()],
    words: shareText().script,
  });
}
