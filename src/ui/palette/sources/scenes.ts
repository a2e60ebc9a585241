// What the open scene offers, and the other scenes.
import { SCENES } from "../../../scenes/scenes.ts";
import { runAction } from "../../shell/actions.ts";
import { bringBack, changeScene } from "../../shell/open-scene.ts";
import { readBefore } from "../../store/saved.ts";
import { openScene } from "../../store/session.ts";
import type { Entry } from "../entry.ts";
import { bothOf } from "../text.ts";
import { plain } from "./page.ts";

export function actionEntries(): Entry[] {
  return (openScene()?.actions ?? []).map((action) => ({
    id: `action ${action.node} ${action.line}`,
    group: "action",
    title: action.title,
    hint: action.line,
    does: () => runAction(action),
  }));
}

export function sceneEntries(): Entry[] {
  const scene = openScene();
  const before = readBefore();
  const entries = SCENES.map(
    (one): Entry => ({
      id: `scene ${one.id}`,
      group: "scene",
      title: bothOf(one.title, (t, name) => t.openScene(name)),
      chosen: one.id === scene?.id,
      does: () => void changeScene(one),
    }),
  );
  if (scene !== null)
    entries.unshift(
      plain(
        "start-over",
        "scene",
        (t) => t.startOver,
        () => void changeScene(scene),
      ),
    );
  if (before !== null) {
    const title = bothOf(before.saved.scene.title, (t, name) => t.backTo(name));
    entries.unshift({ id: "back-to", group: "scene", title, does: () => void bringBack() });
  }
  return entries;
}
