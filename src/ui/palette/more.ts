// What the other rooms of the page offer by the palette alone, without a key. A room adds its line here, and fetches itself when it is chosen.

import { enShare } from "../../i18n/en/share.ts";
import { zhShare } from "../../i18n/zh/share.ts";
import { LESSONS } from "../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../scenes/lessons/puzzles.ts";
import { type InsideText, insideTextOf } from "../controls/inside-text.ts";
import type { Entry } from "./entry.ts";
import { canvasEntries } from "./sources/canvas.ts";
import { both, bothOf } from "./text.ts";

export function moreEntries(): Entry[] {
  return [...canvasEntries(), ...insideEntries(), ...shareEntries(), ...lessonEntries()];
}

/** What the Share dialog has, at once. */
function shareEntries(): Entry[] {
  const words = (of: (text: typeof enShare) => string) => ({ en: of(enShare), zh: of(zhShare) });
  const share = () => import("../share/save.ts");
  return [
    {
      id: "copy-link",
      group: "file",
      title: words((t) => t.link.copy),
      does: () => void share().then((room) => room.copyMomentLink()),
    },
    {
      id: "save-svg",
      group: "file",
      title: words((t) => t.picture.svgLong),
      does: () => void share().then((room) => room.saveSvg()),
    },
    {
      id: "save-png",
      group: "file",
      title: words((t) => t.picture.pngLong),
      does: () => void share().then((room) => room.savePng()),
    },
    {
      id: "save-script",
      group: "file",
      title: words((t) => t.files.scriptLong),
      does: () => void share().then((room) => room.saveScript()),
    },
  ];
}

/** Terminals side by side, and what is read aloud. */
function insideEntries(): Entry[] {
  const words = (of: (text: InsideText) => string) => ({ en: of(insideTextOf("en")), zh: of(insideTextOf("zh")) });
  return [
    {
      id: "split",
      group: "page",
      title: words((t) => t.terminal.split),
      does: () => void import("../terminal/panes/panes.ts").then((room) => room.toggleSplit()),
    },
    {
      id: "follow",
      group: "setting",
      title: words((t) => t.terminal.follow),
      does: () => void import("../terminal/panes/panes.ts").then((room) => room.toggleFollow()),
    },
    {
      id: "narration",
      group: "setting",
      title: words((t) => t.narration.toggle),
      does: () => void import("../narration/narration-store.ts").then((room) => room.toggleNarration()),
    },
  ];
}

function lessonEntries(): Entry[] {
  const lessons = [...LESSONS, ...PUZZLES].map(
    (lesson): Entry => ({
      id: `lesson ${lesson.id}`,
      group: "lesson",
      title: bothOf(lesson.title, (t, title) => (lesson.kind === "puzzle" ? t.puzzle(title) : t.lesson(title))),
      does: () => void import("../lessons/open.ts").then((room) => room.openLesson(lesson)),
    }),
  );
  const playBridge = () => void import("../lessons/bridge/game.ts").then((room) => room.showGame());
  return [...lessons, { id: "be-the-bridge", group: "lesson", title: both((t) => t.playBridge), does: playBridge }];
}
