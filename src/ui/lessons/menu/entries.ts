/** What the list of lessons offers. */
import type { Language } from "../../../i18n/text.ts";
import { type Lesson, sceneOfLesson } from "../../../protocol/lesson.ts";
import { LESSONS } from "../../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../../scenes/lessons/puzzles.ts";
import { SCENES } from "../../../scenes/scenes.ts";
import { showGame } from "../bridge/game.ts";
import type { LessonText } from "../lesson-text.ts";
import { openLesson } from "../open.ts";

export type Group = "one" | "two" | "puzzles" | "games";

export interface Entry {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** What it teaches, or what the trouble is, in a line. */
  readonly about: string;
  /** Of a lesson; 0 where there are none to count. */
  readonly steps: number;
  readonly run: () => void;
}

const GROUPS: readonly Group[] = ["one", "two", "puzzles", "games"];

export function entriesOf(language: Language, text: LessonText): Entry[] {
  const { title, about } = text.bridge;
  const game: Entry = { id: "be-the-bridge", group: "games", title, about, steps: 0, run: showGame };
  return [...[...LESSONS, ...PUZZLES].map((lesson) => entryOf(lesson, language, text)), game];
}

function entryOf(lesson: Lesson, language: Language, text: LessonText): Entry {
  return {
    id: lesson.id,
    group: lesson.kind === "puzzle" ? "puzzles" : hostsOf(lesson) > 1 ? "two" : "one",
    title: lesson.title[language],
    about: lesson.kind === "puzzle" ? firstSentence(lesson.story[language]) : (text.teaches[lesson.id] ?? ""),
    steps: lesson.kind === "puzzle" ? 0 : lesson.steps.length,
    run: () => void openLesson(lesson),
  };
}

const hostsOf = (lesson: Lesson): number => sceneOfLesson(lesson, SCENES)?.dockers.length ?? 0;

/** Up to the first full stop that ends a sentence: those in addresses don't. */
export function firstSentence(text: string): string {
  return /^.*?(?:[.!?](?=\s|$)|[。！？])/s.exec(text)?.[0] ?? text;
}

/** Groups that have something in them, in their order. */
export function groupsOf(entries: readonly Entry[]): { readonly group: Group; readonly entries: readonly Entry[] }[] {
  return GROUPS.map((group) => ({ group, entries: entries.filter((entry) => entry.group === group) })).filter(
    (one) => one.entries.length > 0,
  );
}

/** Whether all words of the search are in the title, the line about it, or its id. */
export function matchesSearch({ id, title, about }: Entry, search: string): boolean {
  const text = `${id} ${title} ${about}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
