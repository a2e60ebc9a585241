// What the other rooms of the page offer by the palette alone, without a key. A room adds its line here, and fetches itself when it is chosen.

import { LESSONS } from "../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../scenes/lessons/puzzles.ts";
import type { Entry } from "./entry.ts";
import { both, bothOf } from "./text.ts";

export function moreEntries(): Entry[] {
  return lessonEntries();
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
