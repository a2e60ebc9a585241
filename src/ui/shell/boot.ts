// Starts the page: what was kept is put back, the worker opens the last session or the first scene, the clock runs.
import { createClient, type WorkerLike } from "../../client/client.ts";
import { speak } from "../../i18n/text.ts";
import type { SavedState } from "../../protocol/messages.ts";
import type { Scene } from "../../protocol/scene.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { download } from "../controls/download.ts";
import type { Address } from "../embed/address.ts";
import { endStart, isStopped, keepGood } from "../recovery.ts";
import { batchCost } from "../store/apply-batch.ts";
import { startClock } from "../store/clock.ts";
import { whenIdle } from "../store/idle.ts";
import { notify } from "../store/notices.ts";
import { prefsStore } from "../store/prefs.ts";
import { keepAside, keepLayout, keepSaved, readKept } from "../store/saved.ts";
import { connect, load, restore, savedState } from "../store/session.ts";
import { timeStore, traceStore, worldStore } from "../store/stores.ts";
import { followTheme, showTheme } from "../theme/theme.ts";

/** How often the playhead is kept for the next visit. */
const KEEP_MS = 3000;

declare global {
  interface Window {
    __playground?: unknown;
  }
}

/** Everything that happens once, before and beside the first drawing. `spawn` makes the simulator's worker. */
export function boot(spawn: () => Promise<WorkerLike>): void {
  followTheme();
  showAsAsked();
  keepLayout();
  timeStore.setState({ speed: prefsStore.getState().speed });
  connect(createClient(spawn));
  window.__playground = { whenIdle, timeStore, traceStore, worldStore, batchCost };
  void open().then(() => {
    startClock();
    endStart();
    void import("../theme/fonts.ts");
    void import("./afterwards.ts").then(({ afterwards }) => afterwards());
  });
  const keep = () => {
    if (!isStopped()) keepSaved(savedState());
  };
  setInterval(() => {
    if (!isStopped()) keepGood();
    keep();
  }, KEEP_MS);
  addEventListener("pagehide", () => {
    keep();
    endStart();
  });
  addEventListener("hashchange", () => void openHash(savedState()));
}

const asked = new URLSearchParams(location.search);

/** Theme and language that the address asks for, for this visit; else as the person likes them. */
function showAsAsked(): void {
  const theme = asked.get("theme")?.toLowerCase();
  if (theme === "light" || theme === "dark" || theme === "projector") showTheme(theme);
  else if (theme === "auto") showTheme("system");
  const { language: liked } = prefsStore.getState();
  const language = /^(en|zh)\b/i.exec(asked.get("lang") ?? "")?.[1]?.toLowerCase() ?? liked;
  const wish = language === "auto" ? (navigator.language.startsWith("zh") ? "zh" : "en") : language;
  if (wish === "zh") void speak(wish);
}

/** More in the address than a scene: its settings are read by a part of the page that is fetched for it. */
const hasSettings = [...asked.keys()].some((name) => name !== "scene");

/** The scene that the page's address names, the first one for a name that no scene has; null when it names none. */
async function wantedScene(): Promise<Scene | null> {
  const id = asked.get("scene");
  if (id === null || id === sameHost.id) return id === null ? null : sameHost;
  const { SCENES } = await import("../../scenes/scenes.ts");
  const found = SCENES.find((scene) => scene.id === id);
  if (found === undefined) notify("error", (t) => t.networks.noSuchScene(id));
  return found ?? sameHost;
}

async function open(): Promise<void> {
  const address = hasSettings ? (await import("../embed/address.ts")).readAddress() : null;
  await address?.wanted();
  await openFirst(address);
  await address?.settle();
}

async function openFirst(address: Address | null): Promise<void> {
  const kept = readKept();
  if (await openHash(kept.kind === "saved" ? kept.saved : null)) {
    if (kept.kind === "damaged") setAside(kept.text);
    return;
  }
  const named = await wantedScene();
  const wanted = address?.sceneFor(named ?? sameHost) ?? named;
  if (kept.kind === "saved") {
    if (wanted !== null && (wanted !== named || wanted.id !== kept.saved.scene.id)) {
      const { openBeside } = await import("./open-scene.ts");
      if (await openBeside(wanted, kept.saved)) return;
    } else if (await restore(kept.saved)) return;
  }
  if (kept.kind !== "none") setAside(kept.text);
  if (!(await load(wanted ?? sameHost))) notify("error", (t) => t.notice.broken);
}

/** Opens the state in the address's hash, in place of `left`; false when there is none that can be opened. */
async function openHash(left: SavedState | null): Promise<boolean> {
  if (!/[#&]s=/.test(location.hash)) return false;
  const { openHashState } = await import("../links/open-link.ts");
  return openHashState(left);
}

/** What cannot be opened is kept aside, and offered as a file. */
function setAside(text: string): void {
  keepAside(text);
  notify("error", (t) => t.notice.damaged, {
    label: (t) => t.shell.download,
    run: () => download("docker0-playground-state.json", text, "application/json"),
  });
}
