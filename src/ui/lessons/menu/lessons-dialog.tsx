import { Check, FolderOpen, Search } from "lucide-react";
import { useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import { PageDialog } from "../../controls/page-dialog.tsx";
import { uiStore, useUi } from "../../shell/ui-state.ts";
import { useDone } from "../done.ts";
import { useLesson } from "../lesson-store.ts";
import { useLessonText } from "../lesson-text.ts";
import { openLessonFile } from "../open.ts";
import { type Entry, entriesOf, groupsOf, matchesSearch } from "./entries.ts";
import "./menu.css";

/** All lessons, puzzles and games: what each teaches, which are done. */
export function LessonsDialog() {
  const t = useLessonText().menu;
  const open = useUi((s) => s.lessons);
  return (
    <PageDialog
      name="lessons"
      open={open}
      onOpenChange={(lessons) => uiStore.setState({ lessons })}
      title={t.title}
      lead={t.lead}
      initialFocus={toSearch}
      finalFocus={toCard}
    >
      <Lessons />
    </PageDialog>
  );
}

/** The keyboard begins at the search; a finger doesn't call for a keyboard. */
function toSearch(by: string): HTMLElement | boolean {
  return by === "touch" || (document.querySelector<HTMLElement>(".lessons-search input") ?? true);
}

/** Where the keyboard goes when the list closes: to the card that was opened, else back to the button. */
function toCard(): HTMLElement | boolean {
  return document.querySelector<HTMLElement>(".lesson-card .lesson-body") ?? true;
}

function Lessons() {
  const text = useLessonText();
  const t = text.menu;
  const language = useLanguage();
  const [search, setSearch] = useState("");
  const done = useDone();
  const all = entriesOf(language, text);
  const found = all.filter((entry) => matchesSearch(entry, search));
  const lessons = all.filter(({ group }) => group !== "games");
  const finished = lessons.filter(({ id }) => done.has(id)).length;
  return (
    <>
      <div className="lessons-bar">
        <label className="lessons-search">
          <Search size={14} aria-hidden />
          <input
            type="search"
            value={search}
            placeholder={t.search}
            aria-label={t.search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        <span className="lessons-count">{t.count(finished, lessons.length)}</span>
      </div>
      {found.length === 0 && <p className="lessons-none">{t.none}</p>}
      {groupsOf(found).map(({ group, entries }) => (
        <section key={group} aria-label={t.hosts[group]}>
          <h3>{t.hosts[group]}</h3>
          <ul className="lessons-list">
            {entries.map((entry) => (
              <Line key={entry.id} entry={entry} done={done.has(entry.id)} />
            ))}
          </ul>
        </section>
      ))}
      <div className="lessons-files">
        <button type="button" className="button" onClick={openLessonFile}>
          <FolderOpen size={14} aria-hidden />
          {t.file}
        </button>
        <span>{t.drop}</span>
      </div>
    </>
  );
}

function Line({ entry, done }: { readonly entry: Entry; readonly done: boolean }) {
  const t = useLessonText().menu;
  const isOpen = useLesson()?.lesson.id === entry.id;
  return (
    <li>
      <button type="button" className="lessons-line" aria-current={isOpen || undefined} onClick={entry.run}>
        <span className="lessons-mark" data-done={done || undefined}>
          {done && <Check size={13} strokeWidth={3} aria-label={t.done} />}
        </span>
        <strong>{entry.title}</strong>
        <small>{isOpen ? t.open : entry.steps > 0 ? t.steps(entry.steps) : ""}</small>
        <span className="lessons-about">{entry.about}</span>
      </button>
    </li>
  );
}
