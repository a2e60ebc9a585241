/**
 * The page that stands when the page itself cannot: it could not be fetched, has crashed, or did not survive its last starts.
 * What it shows is fetched beside the page; where not even that comes, the log can still be saved and the page tried again.
 */
import { readStored, STATE, writeStored } from "./store/storage.ts";

export const GOOD = "state-good";
export const STARTS = "starts";
/** Starts in a row that came to nothing. */
const STARTS_TRIED = 3;

let stopped = false;

/** True once the page has given up: what is in memory is not to be kept any more. */
export function isStopped(): boolean {
  return stopped;
}

/** Counts a start. False when the last ones all came to nothing, so that another one would too. */
export function beginStart(): boolean {
  const starts = Number(readStored(STARTS)) || 0;
  writeStored(STARTS, String(starts + 1));
  return starts < STARTS_TRIED;
}

/** The page stands, or somebody leaves it of their own accord. */
export function endStart(): void {
  if (!stopped) writeStored(STARTS, null);
}

/** What was kept some seconds ago, and has not broken the page since, is good. */
export function keepGood(): void {
  const text = readStored(STATE);
  if (text !== null) writeStored(GOOD, text);
}

/** Shows the recovery page in place of whatever stands. @param error null: the last starts came to nothing */
export function showRecovery(error: unknown): void {
  if (stopped) return;
  stopped = true;
  if (error !== null) console.error(error);
  import("./recovery-page.ts").then(({ drawRecovery }) => drawRecovery(error)).catch(drawBare);
}

/** Nothing more can be fetched at all. */
function drawBare(): void {
  const log = document.createElement("a");
  log.download = "docker0-playground-log.json";
  log.href = `data:application/json,${encodeURIComponent(readStored(STATE) ?? "null")}`;
  log.textContent = "Download the log 下载日志";
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = "Try again 再试一次";
  again.addEventListener("click", () => location.reload());
  const main = document.createElement("main");
  main.append("The page could not be fetched. 页面没能载入。 ", log, " · ", again);
  document.body.replaceChildren(main);
}
