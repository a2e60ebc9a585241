// The scenes that somebody keeps: giving what is open a name, opening, renaming, duplicating, deleting; files in and out.

import { Copy, Download, FileUp, Pencil, Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLanguage } from "../../i18n/text.ts";
import { PageDialog } from "../controls/page-dialog.tsx";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { useScene } from "../store/stores.ts";
import {
  deleteScene,
  duplicateScene,
  exportKept,
  exportOpen,
  keepAs,
  nameOf,
  openFile,
  openKept,
  suggestedName,
} from "./acts.ts";
import { type Facts, factsNow, type KeptScene, renameScene, useKeptScenes, useOpenKept } from "./kept-scenes.ts";
import { useLibraryText } from "./text.ts";
import "./library.css";

const close = (): void => uiStore.setState({ library: false });

export function LibraryDialog() {
  const t = useLibraryText();
  const open = useUi((s) => s.library);
  return (
    <PageDialog
      name="library"
      open={open}
      onOpenChange={(library) => uiStore.setState({ library })}
      title={t.title}
      lead={t.lead}
    >
      <OpenNow />
      <Lists />
    </PageDialog>
  );
}

/** What is open: its name, or a field to give it one. */
function OpenNow() {
  const t = useLibraryText();
  const language = useLanguage();
  const scene = useScene();
  const kept = useOpenKept();
  const [name, setName] = useState<string | null>(null);
  const [facts] = useState(factsNow);
  const isNamed = kept !== undefined && kept.name !== null;
  const shown = name ?? (isNamed ? t.copyOf(kept.name ?? "") : suggestedName());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = shown.trim();
    if (given === "") return;
    keepAs(given);
    setName(null);
  };
  return (
    <section className="library-now" aria-label={t.now}>
      <h3>{t.now}</h3>
      <p>
        <strong>{isNamed ? kept.name : scene?.title[language]}</strong> <FactsLine facts={facts} />
      </p>
      {isNamed && <p className="library-note">{t.keepsItself(kept.name ?? "")}</p>}
      <form onSubmit={submit}>
        <input aria-label={t.name} value={shown} maxLength={120} onChange={(event) => setName(event.target.value)} />
        <button type="submit" className="button primary" disabled={shown.trim() === ""}>
          {t.keep}
        </button>
      </form>
      <div className="library-files">
        <button type="button" className="button" onClick={exportOpen}>
          <Download size={15} aria-hidden />
          {t.export}
        </button>
        <label className="button">
          <FileUp size={15} aria-hidden />
          {t.import}
          <input
            type="file"
            accept=".json,application/json"
            className="visually-hidden"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = "";
              if (file === undefined) return;
              close();
              void openFile(file);
            }}
          />
        </label>
        <span className="library-hint">{t.dropHint}</span>
      </div>
    </section>
  );
}

function FactsLine({ facts }: { readonly facts: Facts | null }) {
  const t = useLibraryText();
  return facts === null ? null : <small>{t.facts(facts.hosts, facts.containers, facts.events)}</small>;
}

function Lists() {
  const t = useLibraryText();
  const scenes = useKeptScenes();
  const named = scenes.filter((one) => one.name !== null);
  const unnamed = scenes.filter((one) => one.name === null);
  return (
    <>
      <h3>{t.kept}</h3>
      {named.length === 0 ? <p className="library-note">{t.none}</p> : <SceneList scenes={named} />}
      {unnamed.length > 0 && (
        <>
          <h3>{t.left}</h3>
          <SceneList scenes={unnamed} />
        </>
      )}
    </>
  );
}

function SceneList({ scenes }: { readonly scenes: readonly KeptScene[] }) {
  return (
    <ul className="library-list">
      {scenes.map((one) => (
        <SceneLine key={one.id} kept={one} />
      ))}
    </ul>
  );
}

function SceneLine({ kept }: { readonly kept: KeptScene }) {
  const t = useLibraryText();
  const language = useLanguage();
  const isOpen = useOpenKept()?.id === kept.id;
  const [renaming, setRenaming] = useState(false);
  const name = nameOf(kept, t);
  if (renaming) return <Renaming kept={kept} done={() => setRenaming(false)} />;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(kept.at_ms);
  const open = async () => {
    if (await openKept(kept)) close();
  };
  return (
    <li aria-label={name}>
      <div className="library-what">
        <strong>
          {name} {isOpen && <span className="chip">{t.isOpen}</span>}
        </strong>
        <small>
          {when} {kept.facts !== null && "· "}
          <FactsLine facts={kept.facts} />
        </small>
      </div>
      {!isOpen && (
        <button type="button" className="button" aria-label={t.openOf(name)} onClick={() => void open()}>
          {t.open}
        </button>
      )}
      <Tool label={t.rename(name)} does={() => setRenaming(true)}>
        <Pencil size={15} aria-hidden />
      </Tool>
      <Tool label={t.duplicate(name)} does={() => duplicateScene(kept)}>
        <Copy size={15} aria-hidden />
      </Tool>
      <Tool label={t.exportOf(name)} does={() => exportKept(kept)}>
        <Download size={15} aria-hidden />
      </Tool>
      <Tool label={t.remove(name)} does={() => deleteScene(kept)}>
        <Trash2 size={15} aria-hidden />
      </Tool>
    </li>
  );
}

interface ToolProps {
  readonly label: string;
  readonly does: () => void;
  readonly children: ReactNode;
}

function Tool({ label, does, children }: ToolProps) {
  return (
    <button type="button" className="button quiet icon" aria-label={label} title={label} onClick={does}>
      {children}
    </button>
  );
}

function Renaming({ kept, done }: { readonly kept: KeptScene; readonly done: () => void }) {
  const t = useLibraryText();
  const [text, setText] = useState(nameOf(kept, t));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    renameScene(kept.id, text.trim());
    done();
  };
  return (
    <li>
      <form onSubmit={submit}>
        <input
          // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
          autoFocus
          aria-label={t.newName(nameOf(kept, t))}
          value={text}
          maxLength={120}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            done();
          }}
        />
        <button type="submit" className="button primary" disabled={text.trim() === ""}>
          {t.save}
        </button>
        <button type="button" className="button" onClick={done}>
          {t.cancel}
        </button>
      </form>
    </li>
  );
}
