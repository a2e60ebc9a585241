import { Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useAllText } from "../../../i18n/all-text.ts";
import { type FilterFault, faultText } from "../../../wire/filter/parse.ts";
import { type InsideText, useInsideText } from "../../controls/inside-text.ts";
import { selectionStore, useSelection, useWorld } from "../../store/stores.ts";
import { filterStore, setFilterPlace, setFilterText, useFilter } from "./filter-store.ts";
import { knownNow } from "./known.ts";
import { type Suggestions, suggest } from "./suggest.ts";
import "./filter.css";

const NOTHING: Suggestions = { from: 0, list: [] };

/** Where one says which events the list shows: in words, or in tcpdump's language, for which words are offered. */
export function FilterBox() {
  const t = useAllText();
  const w = useInsideText().filter;
  const text = useFilter((s) => s.text);
  const reading = useFilter((s) => s.reading);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const offers = useOffers(text, input);
  const { offered, chosen } = offers;
  const fault = reading.kind === "fault" ? reading.fault : null;
  return (
    <div className="filter-box" data-fault={fault !== null || undefined}>
      <label className="events-filter">
        <Search size={14} aria-hidden />
        <input
          ref={input}
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={text}
          aria-label={t.events.filter}
          aria-expanded={offered.list.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen < 0 ? undefined : `${id}-${chosen}`}
          aria-invalid={fault !== null || undefined}
          aria-describedby={`${id}-fault`}
          placeholder={w.hint}
          onChange={(event) => offers.change(event.target.value)}
          onBlur={offers.close}
          onKeyDown={offers.press}
        />
        {text !== "" && <Mode words={reading.kind === "words"} />}
      </label>
      <Offered id={id} offered={offered} chosen={chosen} onTake={offers.take} />
      <p id={`${id}-fault`} className="filter-fault" role="status" hidden={fault === null}>
        {fault !== null && <FaultWords fault={fault} />}
      </p>
    </div>
  );
}

/** What is offered while somebody types, and which of it the keys have chosen; -1 for none. */
function useOffers(text: string, input: { readonly current: HTMLInputElement | null }) {
  const [offered, setOffered] = useState(NOTHING);
  const [chosen, setChosen] = useState(-1);
  const offer = (value: string) => {
    const cursor = input.current?.selectionStart ?? value.length;
    setOffered(cursor === value.length ? suggest(value, knownNow()) : NOTHING);
    setChosen(-1);
  };
  const close = () => setOffered(NOTHING);
  const change = (value: string) => {
    setFilterText(value);
    if (value === "" || isRefused(value)) close();
    else offer(value);
  };
  const take = (index: number) => {
    const value = `${text.slice(0, offered.from)}${offered.list[index]!.insert} `;
    setFilterText(value);
    input.current?.focus();
    setOffered(suggest(value, knownNow()));
    setChosen(-1);
  };
  const press = (event: KeyboardEvent) => {
    const count = offered.list.length;
    if (event.key === "Escape" && count > 0) close();
    else if (event.key === "Escape" && text !== "") setFilterText("");
    else if (event.key === "ArrowDown" && count === 0) offer(text);
    else if (event.key === "ArrowDown") setChosen((chosen + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) setChosen(chosen <= 0 ? count - 1 : chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(chosen);
    else if (event.key === "Enter") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { offered, chosen, close, change, take, press };
}

/** Whether the last word is complete and makes no sense: then the fault is told, and nothing offered over it. */
function isRefused(value: string): boolean {
  const { reading } = filterStore.getState();
  return value.endsWith(" ") && reading.kind === "fault" && reading.fault.why !== "syntax";
}

/** How the text is read; and a button that empties it. */
function Mode({ words }: { readonly words: boolean }) {
  const w = useInsideText().filter;
  const mode = words ? "words" : "tcpdump";
  return (
    <>
      <span className="filter-mode" title={w.modeTitles[mode]}>
        {w.modes[mode]}
      </span>
      <button type="button" className="filter-clear" aria-label={w.clear} onClick={() => setFilterText("")}>
        <X size={13} aria-hidden />
      </button>
    </>
  );
}

interface OfferedProps {
  readonly id: string;
  readonly offered: Suggestions;
  readonly chosen: number;
  readonly onTake: (index: number) => void;
}

function Offered({ id, offered, chosen, onTake }: OfferedProps) {
  const w = useInsideText().filter;
  return (
    <div
      id={`${id}-list`}
      className="filter-offered"
      role="listbox"
      aria-label={w.suggestions}
      hidden={offered.list.length === 0}
    >
      {offered.list.map(({ insert, note }, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box that it belongs to has the keys
        <div
          key={insert}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === chosen}
          // The box keeps the keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(i)}
        >
          <code>{insert}</code>
          <span>{note || w.words[insert]}</span>
        </div>
      ))}
    </div>
  );
}

function FaultWords({ fault }: { readonly fault: FilterFault }) {
  const w = useInsideText().filter;
  const say: InsideText["filter"]["faults"][FilterFault["why"]] = w.faults[fault.why];
  return (
    <>
      {say(fault.word)} <span className="filter-tcpdump">{w.tcpdumpSays}</span>{" "}
      <code lang="en">{faultText(fault)}</code>
    </>
  );
}

/** Keeps the list to the node that is open in the details, or frees it again. */
export function PlaceFilter() {
  const w = useInsideText().filter;
  const place = useFilter((s) => s.place);
  const open = useSelection((s) => s.node);
  const id = place?.node ?? open;
  const node = useWorld((s) => (id === null ? null : (s.nodes[id]?.name ?? id)));
  const dev = useWorld((s) => (place?.dev == null ? null : (s.devices.get(place.dev)?.link.name ?? null)));
  if (place !== null) {
    return (
      <button
        type="button"
        className="button filter-place"
        aria-pressed
        title={w.everywhere}
        aria-label={`${w.place(`${node} ${dev ?? ""}`.trim())}. ${w.everywhere}`}
        onClick={() => setFilterPlace(null)}
      >
        <span>{`${node} ${dev ?? ""}`.trim()}</span>
        <X size={12} aria-hidden />
      </button>
    );
  }
  if (node === null) return null;
  return (
    <button type="button" className="button quiet filter-place" onClick={() => keepToSelection()}>
      <span>{w.here(node)}</span>
    </button>
  );
}

function keepToSelection(): void {
  const { node } = selectionStore.getState();
  if (node !== null) setFilterPlace({ node, dev: null });
}
