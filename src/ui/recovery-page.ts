/**
 * What the recovery page shows and does. It needs nothing of the rest but the storage, and draws itself without a framework.
 * Whatever it does, the log is kept.
 */
import { GOOD, STARTS } from "./recovery.ts";
import { ASIDE, readJson, readStored, STATE, writeStored } from "./store/storage.ts";

const WORDS = {
  en: {
    title: "The page has stopped",
    why: "Something in the page itself is broken, or a part of it could not be fetched. Your work is kept: the log of everything you did lies in this browser.",
    log: "Download the log",
    again: "Try again",
    good: "Start with the last good state",
    fresh: "Start fresh",
    kept: "What does not open is set aside, never deleted. The downloaded log can be opened again by “My scenes”.",
    fault: "What went wrong",
    starts: "The page did not come up the last times that it was opened.",
  },
  zh: {
    title: "页面停止了",
    why: "页面本身出了错，或者有一部分没能载入。你做过的都留着：全部操作的日志保存在这个浏览器里。",
    log: "下载日志",
    again: "再试一次",
    good: "从上一个正常的状态开始",
    fresh: "重新开始",
    kept: "打不开的内容会放在一边，不会删除。下载的日志可以再用“我的场景”打开。",
    fault: "出了什么错",
    starts: "最近几次打开时，页面都没有启动成功。",
  },
};

/** Draws the recovery page in place of whatever stands. @param error null: the last starts came to nothing */
export function drawRecovery(error: unknown): void {
  const { language } = (readJson("prefs") ?? {}) as { readonly language?: string };
  const chinese = language === "zh" || (language !== "en" && navigator.language.startsWith("zh"));
  const t = chinese ? WORDS.zh : WORDS.en;
  document.documentElement.lang = chinese ? "zh-CN" : "en";
  const fault = error === null ? t.starts : error instanceof Error ? `${error.name}: ${error.message}` : t.why;
  const words = element("div", "", [
    element("h1", t.title),
    element("p", t.why),
    button(t.log, () => saveLog(fault)),
    button(t.again, () => restart(false)),
    ...(readStored(GOOD) === null ? [] : [button(t.good, startGood)]),
    button(t.fresh, startFresh),
    element("p", t.kept),
    element("details", "", [element("summary", t.fault), element("pre", fault)]),
  ]);
  words.setAttribute("role", "alert");
  const main = element("main", "", [words]);
  main.id = "recovery";
  document.body.replaceChildren(element("style", STYLE), main);
  main.querySelector("button")?.focus();
}

/** The system's own colours: no sheet of the page may be there. */
const STYLE = `#recovery { max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; color: CanvasText; font: 16px/1.55 system-ui, sans-serif }
#recovery button { display: block; min-height: 44px; margin: 0.5rem 0; padding: 0.4rem 1rem; border: 1px solid ButtonBorder; border-radius: 8px; background: ButtonFace; color: ButtonText; font: inherit; cursor: pointer }
#recovery pre { overflow: auto; white-space: pre-wrap }
body { background: Canvas; color-scheme: light dark; overflow: auto }`;

function element(tag: string, text: string, children: readonly Node[] = []): HTMLElement {
  const made = document.createElement(tag);
  made.append(text, ...children);
  return made;
}

function button(label: string, does: () => void): HTMLElement {
  const made = element("button", label);
  made.setAttribute("type", "button");
  made.addEventListener("click", does);
  return made;
}

/** Everything that is kept, as a file that "My scenes" opens; with what else there is, as it lies. */
function saveLog(fault: string): void {
  const texts = {
    state: readStored(STATE),
    good: readStored(GOOD),
    before: readStored("state-before"),
    aside: readStored(ASIDE),
  };
  const positions = readJson("layout") ?? {};
  const log = {
    kind: "docker0-playground",
    version: 1,
    name: null,
    saved: readJson(STATE) ?? null,
    positions,
    fault,
    texts,
  };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(log, null, 1)], { type: "application/json" }));
  link.download = "docker0-playground-log.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function startGood(): void {
  setAside();
  writeStored(STATE, readStored(GOOD));
  restart(true);
}

function startFresh(): void {
  setAside();
  for (const name of [STATE, GOOD, "layout", "scene-open", "lesson"]) writeStored(name, null);
  restart(true);
}

function setAside(): void {
  const text = readStored(STATE);
  if (text !== null) writeStored(ASIDE, text);
}

/** @param plain without what the address asks for: it may be that which breaks the page */
function restart(plain: boolean): void {
  writeStored(STARTS, null);
  if (plain && (location.search !== "" || location.hash !== "")) location.replace(location.pathname);
  else location.reload();
}
