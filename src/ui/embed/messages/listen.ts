// Commands from the page around this figure, and answers to it. Whoever else writes is not heard.
import { speak } from "../../../i18n/text.ts";
import type { Scene } from "../../../protocol/scene.ts";
import { eventsUntil, goToEvent } from "../../events/event-number.ts";
import { encodeState } from "../../links/codec.ts";
import { linkState, openLink } from "../../links/open-link.ts";
import { nodeByName } from "../../shell/actions.ts";
import { openState } from "../../shell/open-scene.ts";
import { exec, load, openScene, pause, play, seek, stepBack, stepEvent, stepHop } from "../../store/session.ts";
import { sceneStore, traceStore, worldStore } from "../../store/stores.ts";
import { showTheme } from "../../theme/theme.ts";
import { type EmbedText, embedText } from "../embed-text.ts";
import { startFigure } from "../figure/figure.ts";
import { figureState, tellHost } from "./outgoing.ts";
import { type Command, type FigureMessage, type MessageFault, type MessageId, parseMessage } from "./schema.ts";

/** Commands that may wait for the one that is being carried out. */
const MOST_WAITING = 50;

/** Why a command could not be carried out, for whoever sent it. */
class Refusal extends Error {}

/** Listens from now on. `ignored`: settings of the address that were not understood. */
export function listenToHost(ignored: readonly string[]): void {
  const host = window.parent;
  if (host === window) return;
  const answerTo = (origin: string) => (message: FigureMessage) =>
    host.postMessage(message, origin === "null" || origin === "" ? "*" : origin);
  // Who is around this frame is not known before a command has come; nothing of this is secret.
  const tell = answerTo("");
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  addEventListener("message", ({ data, source, origin }: MessageEvent) => {
    if (source !== host) return;
    const answer = answerTo(origin);
    const parsed = parseMessage(data);
    if (!parsed.ok) return answer(error(parsed.id, faultWords(parsed.fault)));
    const { command } = parsed;
    if (waiting >= MOST_WAITING) return answer(error(command.id, embedText().bad.tooMany));
    waiting++;
    last = last
      .then(() => carryOut(command))
      .then(answer, (reason: unknown) => answer(error(command.id, refusalWords(reason))))
      .finally(() => waiting--);
  });
  tellHost(tell);
  tell({ docker0: 1, type: "ready", ignored, ...figureState() });
}

function error(id: MessageId | undefined, message: string): FigureMessage {
  return { docker0: 1, ...(id === undefined ? {} : { id }), type: "error", message };
}

function refusalWords(reason: unknown): string {
  if (reason instanceof Refusal) return reason.message;
  console.error(reason);
  return embedText().bad.failed;
}

function faultWords(fault: MessageFault): string {
  const { bad } = embedText();
  if (fault.kind === "type") return bad.type(fault.type);
  return fault.kind === "form" ? bad.form(fault.type, fault.field) : bad[fault.kind];
}

function refuse(say: (t: EmbedText["bad"]) => string): never {
  throw new Refusal(say(embedText().bad));
}

/** Carries a command out, and gives the answer. Whatever is wrong about it is refused before anything has changed. */
async function carryOut(command: Command): Promise<FigureMessage> {
  const mark = command.id === undefined ? {} : { id: command.id };
  if (command.type === "getState") {
    const state = linkState();
    const text = state === null ? {} : { state: await encodeState(state) };
    return { docker0: 1, ...mark, type: "state", ...text, ...figureState() };
  }
  if (command.type === "setLook") await look(command);
  else {
    await whenOpen();
    await perform(command);
  }
  return { docker0: 1, ...mark, type: "state", ...figureState() };
}

/** A command wants the figure, seen or not. */
function whenOpen(): Promise<void> {
  startFigure();
  return new Promise((resolve) => {
    if (sceneStore.getState().scene !== null) return resolve();
    const stop = sceneStore.subscribe(({ scene }) => {
      if (scene === null) return;
      stop();
      resolve();
    });
  });
}

async function look({ theme, lang }: Command & { type: "setLook" }): Promise<void> {
  if (theme !== undefined) showTheme(theme === "auto" ? "system" : theme);
  if (lang !== undefined) await speak(lang);
}

async function perform(command: Exclude<Command, { type: "getState" | "setLook" }>): Promise<void> {
  switch (command.type) {
    case "load":
      return "scene" in command ? openAnew(command.scene, command.seed) : openLesson(command.lesson, command.step);
    case "play":
      return play();
    case "pause":
      return pause();
    case "step":
      return { hop: stepHop, event: stepEvent, back: stepBack }[command.unit ?? "hop"]();
    case "seek":
      return "event" in command ? seekEvent(command.event) : seek(command.time_ns);
    case "run":
      return "line" in command ? type(command.node, command.line) : act(command.action ?? 1);
    case "setState":
      if (!(await openLink(command.state, null))) refuse((t) => t.state);
  }
}

async function openAnew(id: string, seed: number | undefined): Promise<void> {
  const { SCENES } = await import("../../../scenes/scenes.ts");
  const found = SCENES.find((scene) => scene.id === id) ?? refuse((t) => t.noScene(id));
  const scene: Scene = { ...found, seed: seed ?? found.seed };
  const opened = await openState(scene, { open: () => load(scene), positions: {}, left: null, say: () => "" });
  if (!opened) refuse((t) => t.failed);
}

async function openLesson(id: string, step: number | undefined): Promise<void> {
  const { openLessonById } = await import("../../lessons/open.ts");
  if (!(await openLessonById(id, step))) refuse((t) => t.noLesson(id));
}

async function seekEvent(number: number): Promise<void> {
  if (await goToEvent(number)) return;
  const last = eventsUntil(traceStore.getState().rows);
  refuse((t) => t.noEvent(number, last));
}

async function act(number: number): Promise<void> {
  const action = openScene()?.actions[number - 1] ?? refuse((t) => t.noAction(number));
  await type(action.node, action.line);
}

async function type(name: string, line: string): Promise<void> {
  const node = nodeByName(worldStore.getState().nodes, name) ?? refuse((t) => t.noNode(name));
  if (node.busy) refuse((t) => t.busy(node.name));
  if (!(await exec(node.id, line))) refuse((t) => t.failed);
}
