// On paper: the picture of this moment, and what has happened up to it. The page itself is no document.
import { allText } from "../../i18n/all-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { isBackground } from "../events/tone.ts";
import { shareText } from "../share/share-text.ts";
import { stillNow, titleNow } from "../still/still.ts";
import { sceneStore, timeStore, traceStore } from "../store/stores.ts";
import { momentWords } from "../timeline/time-words.ts";
import "./print.css";

/** Events on paper at most: the last ones. */
const MOST_EVENTS = 250;

/** From now on a print of this page is a document. Called once. */
export function preparePrint(): void {
  addEventListener("beforeprint", show);
  addEventListener("afterprint", hide);
}

function hide(): void {
  document.querySelector(".print-page")?.remove();
}

function show(): void {
  hide();
  if (sceneStore.getState().scene === null) return;
  const page = document.createElement("section");
  page.className = "print-page";
  const picture = document.createElement("div");
  picture.className = "print-still";
  // Made by this page, with every text escaped (still/svg.ts).
  picture.innerHTML = stillNow("light", false).svg;
  page.append(headline("h1", titleNow()), picture, ...eventList());
  document.body.append(page);
}

function headline(tag: "h1" | "h2" | "p", text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** The events up to the playhead, as the list of events words them. */
function eventList(): HTMLElement[] {
  const scenery = currentScenery();
  const text = allText();
  const words = shareText().print;
  const { shown, columns } = traceStore.getState();
  const rows = Array.from({ length: shown }, (_, row) => row).filter((row) => !isBackground(scenery, row));
  const listed = rows.slice(-MOST_EVENTS);
  const table = document.createElement("table");
  for (const row of listed) {
    const { chip, text: sentence } = describeRow(scenery, row, text);
    const line = table.insertRow();
    for (const cell of [momentWords(columns.t_ns[row]!), chip, sentence]) line.insertCell().textContent = cell;
  }
  const left = rows.length - listed.length;
  return [
    headline("h2", words.until(momentWords(timeStore.getState().playhead_ns))),
    ...(left > 0 ? [headline("p", words.more(left))] : []),
    table,
  ];
}
