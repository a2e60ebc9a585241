/** What the page's address asks for besides the scene, carried out around the opening of the session. */
import type { Scene } from "../../protocol/scene.ts";
import { eventsUntil, goToEvent } from "../events/event-number.ts";
import { nodeByName } from "../shell/actions.ts";
import { EMBEDDED } from "../store/embedded.ts";
import { locksStore } from "../store/locks.ts";
import { notify } from "../store/notices.ts";
import { exec, openScene, play } from "../store/session.ts";
import { type Device, logStore, selectNode, timeStore, traceStore, type World, worldStore } from "../store/stores.ts";
import { type EmbedText, embedText } from "./embed-text.ts";
import { whenWanted } from "./figure/figure.ts";
import { type Fault, type Params, parseParams } from "./params.ts";

export interface Address {
  /** Resolves when a session is to be opened: at once, or when a figure is wanted. */
  wanted(): Promise<void>;
  /** What is to be opened anew instead of `scene`; null when nothing has to be. */
  sceneFor(scene: Scene): Scene | null;
  /** Does what is left once a session is open. */
  settle(): Promise<void>;
}

export function readAddress(search: string = location.search): Address {
  const { params, faults } = parseParams(search);
  locksStore.setState({ topology: params.lock.has("topology"), terminal: params.lock.has("terminal") });
  if (params.speed !== null) timeStore.setState({ speed: params.speed });
  return {
    async wanted() {
      if (!EMBEDDED) return;
      void import("./messages/listen.ts").then(({ listenToHost }) => listenToHost(faults.map(faultWords)));
      await whenWanted(params.load === "click");
    },
    sceneFor(scene) {
      const { seed, at, autoplay } = params;
      if (seed === null && at === null && !autoplay) return null;
      return { ...scene, seed: seed ?? scene.seed };
    },
    async settle() {
      if (faults.length > 0) notify("note", () => embedText().ignored(faults.map(faultWords).join(", ")));
      await carryOut(params);
    },
  };
}

/** As it stands in the address. */
export function faultWords({ name, value }: Fault): string {
  return value === "" ? name : `${name}=${value}`;
}

async function carryOut({ at, autoplay, focus, lesson, step }: Params): Promise<void> {
  if (lesson !== null) {
    const { openLessonById, openLessonFrom } = await import("../lessons/open.ts");
    await (isLink(lesson) ? openLessonFrom : openLessonById)(lesson, step ?? 1);
  }
  const isBare = logStore.getState().path.length === 0;
  if (autoplay || (at !== null && isBare)) await begin();
  if (at !== null && !(await goToEvent(at))) {
    const last = eventsUntil(traceStore.getState().rows);
    complain((t) => t.noEvent(at, last));
  }
  if (autoplay) play();
  if (focus === null) return;
  const { nodes, devices } = worldStore.getState();
  const node = nodeByName(nodes, focus);
  const device = node === undefined ? deviceByName(nodes, devices.values(), focus) : undefined;
  if (node !== undefined) selectNode(node.id);
  else if (device !== undefined) selectNode(device.node, device.link.dev);
  else complain((t) => t.noNode(focus));
}

/** "docker0": the first device of that name; "hostB:docker0": that of the node. */
function deviceByName(nodes: World["nodes"], devices: Iterable<Device>, name: string): Device | undefined {
  const [, owner, dev] = /^(?:([^:]*):)?(.*)$/.exec(name) ?? [];
  for (const device of devices) {
    if (device.gone || device.link.name !== dev) continue;
    if (owner === undefined || nodes[device.node]?.name === owner) return device;
  }
  return undefined;
}

/** A lesson's file goes by its address, those of the page by their ids. */
function isLink(lesson: string): boolean {
  return /[/.:]/.test(lesson);
}

/** The scene's first action, waited for. */
async function begin(): Promise<void> {
  const action = openScene()?.actions[0];
  const node = action === undefined ? undefined : nodeByName(worldStore.getState().nodes, action.node);
  if (action !== undefined && node !== undefined && !node.busy) await exec(node.id, action.line);
}

function complain(say: (t: EmbedText) => string): void {
  notify("note", () => say(embedText()));
}
