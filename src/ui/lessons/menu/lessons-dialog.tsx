import { Dialog } from "@base-ui/react/dialog";
import { Check, FolderOpen, Search, X } from "lucide-react";
import { useState } from "react";
import { useLanguage, useText } from "../../../i18n/text.ts";
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
  const shell = useText().shell;
  const open = useUi((s) => s.lessons);
  return (
    <Dialog.Root open={open} onOpenChange={(lessons) => uiStore.setState({ lessons })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog-popup lessons" initialFocus={toSearch} finalFocus={toCard}>
          <Dialog.Title className="dialog-title">{t.title}</Dialog.Title>
          <Dialog.Close className="button quiet icon dialog-close" aria-label={shell.close}>
            <X size={17} aria-hidden />
          </Dialog.Close>
          <Dialog.Description className="lessons-lead">{t.lead}</Dialog.Description>
          <Lessons />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
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
