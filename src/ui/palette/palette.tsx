// The command palette: everything that can be done on this page, found by typing.
import { Dialog } from "@base-ui/react/dialog";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowLeft, Check, ChevronRight, History, Search } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../i18n/text.ts";
import { takeEarlyText } from "../shell/keys.ts";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { selectionStore } from "../store/stores.ts";
import { paletteEntries } from "./entries.ts";
import type { Choice, Entry } from "./entry.ts";
import { KeyCaps } from "./key-caps.tsx";
import { matching } from "./match.ts";
import { readRecent, rememberEntry } from "./recent.ts";
import { usePaletteText } from "./text.ts";
import "./palette.css";

const ROW_PX = 38;
const PAGE_ROWS = 8;

export function Palette() {
  const t = usePaletteText();
  const open = useUi((s) => s.palette);
  const field = useRef<HTMLInputElement>(null);
  const chosen = useRef<Entry | null>(null);
  // What was chosen is done when the keyboard is back where it was: it may take it elsewhere from there.
  const closed = (isOpen: boolean) => {
    const entry = chosen.current;
    chosen.current = null;
    if (!isOpen) requestAnimationFrame(() => entry?.does());
  };
  const choose = (entry: Entry) => {
    chosen.current = entry;
    rememberEntry(entry.id);
    uiStore.setState({ palette: false });
  };
  return (
    <Dialog.Root open={open} onOpenChange={(palette) => uiStore.setState({ palette })} onOpenChangeComplete={closed}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="palette" initialFocus={field}>
          <Dialog.Title className="visually-hidden">{t.title}</Dialog.Title>
          <Finder field={field} choose={choose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface FinderProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly choose: (entry: Entry) => void;
}

/** The field and the list below it. */
function Finder({ field, choose }: FinderProps) {
  const t = usePaletteText();
  const language = useLanguage();
  const [recent] = useState(readRecent);
  const [all] = useState(() => paletteEntries(selectionStore.getState().node, recent));
  const [choice, setChoice] = useState<Choice | null>(null);
  const [query, setQuery] = useState(takeEarlyText);
  const [active, setActive] = useState(0);
  const found = useMemo(() => matching(choice?.entries ?? all, query, recent), [choice, all, query, recent]);
  const type = (text: string) => {
    setQuery(text);
    setActive(0);
  };
  const enter = (next: Choice | null) => {
    setChoice(next);
    type("");
  };
  const pick = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    const leads = entry.leads?.();
    if (leads === undefined) choose(entry);
    else enter(leads);
  };
  const press = (event: KeyboardEvent) => {
    const to = destination(event.key, active, found.length);
    if (to !== null) setActive(to);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) pick(found[active]);
    else if (event.key === "Backspace" && query === "" && choice !== null) enter(null);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="palette-field">
        {choice === null ? (
          <Search size={16} aria-hidden />
        ) : (
          <button type="button" className="button quiet icon" aria-label={t.back} onClick={() => enter(null)}>
            <ArrowLeft size={16} aria-hidden />
          </button>
        )}
        <input
          ref={field}
          role="combobox"
          aria-label={choice === null ? t.title : choice.title[language]}
          aria-expanded={found.length > 0}
          aria-controls="palette-list"
          aria-activedescendant={found.length > 0 ? `palette-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={choice === null ? t.placeholder : t.placeholderIn(choice.title[language])}
          value={query}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
        />
        <kbd>Esc</kbd>
      </div>
      <EntryList entries={found} active={active} point={setActive} pick={pick} />
      <p className="visually-hidden" role="status">
        {t.results(found.length)}
      </p>
      {found.length === 0 && <p className="palette-none">{t.none}</p>}
    </>
  );
}

/** Which line a key leads to; null for a key that leads to none. */
function destination(key: string, active: number, count: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  if (key === "ArrowDown") return active === last ? 0 : active + 1;
  if (key === "ArrowUp") return active === 0 ? last : active - 1;
  if (key === "PageDown") return Math.min(last, active + PAGE_ROWS);
  if (key === "PageUp") return Math.max(0, active - PAGE_ROWS);
  return null;
}

interface EntryListProps {
  readonly entries: readonly Entry[];
  readonly active: number;
  readonly point: (index: number) => void;
  readonly pick: (entry: Entry) => void;
}

/** Only the lines in sight are drawn: with a thousand containers there are thousands. */
function EntryList({ entries, active, point, pick }: EntryListProps) {
  const t = usePaletteText();
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here
  const list = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const reveal = useEffectEvent((index: number) => list.scrollToIndex(index, { align: "auto" }));
  useEffect(() => {
    if (active < entries.length) reveal(active);
  }, [active, entries]);
  return (
    <div
      ref={scroller}
      id="palette-list"
      className="palette-scroller"
      role="listbox"
      aria-label={t.list}
      data-empty={entries.length === 0 || undefined}
    >
      <div role="presentation" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const entry = entries[item.index]!;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={entry.id}
              id={`palette-${item.index}`}
              className="palette-entry"
              role="option"
              tabIndex={-1}
              aria-selected={item.index === active}
              aria-setsize={entries.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)` }}
              onPointerMove={() => point(item.index)}
              onClick={() => pick(entry)}
            >
              <EntryLine entry={entry} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function EntryLine({ entry }: { readonly entry: Entry }) {
  const t = usePaletteText();
  const language = useLanguage();
  return (
    <>
      <span className="palette-title">{entry.title[language]}</span>
      {entry.hint !== undefined && <code>{entry.hint}</code>}
      <span className="palette-group">
        {entry.late && <History size={13} role="img" aria-label={t.lately} />}
        {entry.chosen && <Check size={14} role="img" aria-label={t.chosen} />}
        {t.groups[entry.group]}
      </span>
      {entry.key !== undefined && (
        <span className="palette-keys">
          <KeyCaps name={entry.key} />
        </span>
      )}
      {entry.leads !== undefined && <ChevronRight size={15} aria-hidden />}
    </>
  );
}
