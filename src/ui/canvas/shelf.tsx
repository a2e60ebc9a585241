/** The shelf: images to drag onto the drawing (or to choose a place for, by keyboard). */
import { Lock, Network, Plus, Search, Server } from "lucide-react";
import { type FormEvent, type PointerEvent, useState } from "react";
import { useText } from "../../i18n/text.ts";
import { uiStore } from "../shell/ui-state.ts";
import { useLocked } from "../store/locks.ts";
import { readJson, writeStored } from "../store/storage.ts";
import { drawingStore } from "./drawing.ts";
import { createNetwork, runImage, runOnBridge } from "./gestures/act.ts";
import { isImageName } from "./gestures/commands.ts";
import { type DropTarget, targetForHost, targetForImage, targetForNetwork } from "./gestures/drop-target.ts";
import { gestureStore, setChoice, setGesture } from "./gestures/gesture-store.ts";
import { trackPointer } from "./gestures/pointer.ts";
import { useMenuText } from "./menu/text.ts";
import { isOnCanvas, toDrawing } from "./view.ts";
import "./shelf.css";

const IMAGES = [
  { image: "nginx", note: ":80" },
  { image: "busybox", note: "sh" },
  { image: "centos", note: "bash" },
] as const;

export function Shelf({ compact }: { compact: boolean }) {
  const t = useMenuText();
  const { networks, canvas } = useText();
  const locked = useLocked("topology");
  const { hosts } = networks;
  const [own, setOwn] = useState(readOwn);
  const [search, setSearch] = useState<string | null>(null);
  const add = (image: string) => {
    if (own.includes(image) || IMAGES.some((one) => one.image === image)) return;
    setOwn([...own, image]);
    writeStored(OWN, JSON.stringify([...own, image]));
  };
  if (locked) {
    return (
      <div className="shelf" data-compact={compact || undefined}>
        <p className="shelf-locked" title={canvas.locked}>
          <Lock size={14} aria-hidden />
          <span className="shelf-name">{canvas.locked}</span>
        </p>
      </div>
    );
  }
  return (
    <div className="shelf" data-compact={compact || undefined}>
      <h2>
        {t.images}
        {search === null && (
          <button type="button" aria-label={t.searchShelf} title={t.searchShelf} onClick={() => setSearch("")}>
            <Search size={13} aria-hidden="true" />
          </button>
        )}
      </h2>
      {search !== null && <Filter value={search} change={setSearch} />}
      {[...IMAGES, ...own.map((image) => ({ image, note: "" }))]
        .filter(({ image }) => matches(image, search))
        .map(({ image, note }) => (
          <Item key={image} image={image} note={note} />
        ))}
      <AnotherName add={add} />
      {["bridge", networks.connect].some((name) => matches(name, search)) && <h2>{t.networks}</h2>}
      {matches("bridge", search) && <NetworkItem />}
      {matches(networks.connect, search) && <ConnectItem />}
      {matches(networks.dockerHost, search) && <h2>{hosts}</h2>}
      {matches(networks.dockerHost, search) && <HostItem />}
    </div>
  );
}

/** Under which images that were added by name are kept. */
const OWN = "images";

function readOwn(): readonly string[] {
  const kept = readJson(OWN);
  return Array.isArray(kept) ? kept.filter((name) => typeof name === "string" && isImageName(name)) : [];
}

/** Everything while nobody searches. */
function matches(name: string, search: string | null): boolean {
  return name.toLowerCase().includes((search ?? "").toLowerCase());
}

/** Leaves on the shelf what has these letters in its name; Escape shows all of it. */
function Filter({ value, change }: { value: string; change: (to: string | null) => void }) {
  const t = useMenuText();
  return (
    <div className="shelf-form">
      <input
        // biome-ignore lint/a11y/noAutofocus: the field appears because its button was pressed
        autoFocus
        type="search"
        value={value}
        aria-label={t.searchShelf}
        placeholder={t.searchShelf}
        spellCheck={false}
        onChange={(event) => change(event.target.value)}
        onBlur={() => value === "" && change(null)}
        onKeyDown={(event) => event.key === "Escape" && change(null)}
      />
    </div>
  );
}

function Item({ image, note }: { image: string; note: string }) {
  const t = useMenuText();
  const short = image.slice(image.lastIndexOf("/") + 1);
  return (
    <button
      type="button"
      className="shelf-item"
      aria-label={t.dragOrPress(image)}
      title={t.dragOrPress(image)}
      onPointerDown={(event) => startImageDrag(image, event)}
      onClick={() => setChoice({ type: "target", image })}
    >
      <i aria-hidden="true">{short.slice(0, 1)}</i>
      <span className="shelf-name">{short}</span>
      <small>{note}</small>
    </button>
  );
}

function NetworkItem() {
  const t = useMenuText();
  return (
    <button
      type="button"
      className="shelf-item"
      aria-label={t.dragNetwork}
      title={t.dragNetwork}
      onPointerDown={startNetworkDrag}
      onClick={chooseHost}
    >
      <i className="shelf-network" aria-hidden="true">
        br
      </i>
      <span className="shelf-name">bridge</span>
    </button>
  );
}

/** A container network on several hosts, built in one go. */
function ConnectItem() {
  const t = useText().networks;
  return (
    <button
      type="button"
      className="shelf-item shelf-command"
      title={t.connectHint}
      onClick={() => uiStore.setState({ connect: [] })}
    >
      <i className="shelf-network" aria-hidden="true">
        <Network size={13} />
      </i>
      <span className="shelf-name">{t.connect}</span>
    </button>
  );
}

function HostItem() {
  const t = useText().networks;
  return (
    <button
      type="button"
      className="shelf-item"
      aria-label={t.dragHost}
      title={t.dragHost}
      onPointerDown={startHostDrag}
      onClick={() => setChoice({ type: "add-host", lan: null, at: null })}
    >
      <i className="shelf-host" aria-hidden="true">
        <Server size={13} />
      </i>
      <span className="shelf-name">{t.dockerHost}</span>
    </button>
  );
}

function startHostDrag(event: PointerEvent): void {
  if (event.button !== 0) return;
  trackPointer(event, {
    move: (at) => {
      const { layout } = drawingStore.getState();
      setGesture({ type: "host", at }, isOnCanvas(at) ? targetForHost(layout, toDrawing(at)) : null);
    },
    drop: (at) => {
      const { over } = gestureStore.getState();
      if (over?.type === "lan") setChoice({ type: "add-host", lan: over.machine, at });
    },
    end: () => setGesture(null, null),
  });
}

/** With one host there is nothing to choose. */
function chooseHost(): void {
  const hosts = [...drawingStore.getState().layout.machines.values()].filter((box) => box.stack !== null);
  if (hosts.length === 1) createNetwork(hosts[0]!.id);
  else setChoice({ type: "host" });
}

function startNetworkDrag(event: PointerEvent): void {
  if (event.button !== 0) return;
  trackPointer(event, {
    move: (at) => {
      const { layout } = drawingStore.getState();
      setGesture({ type: "network", at }, isOnCanvas(at) ? targetForNetwork(layout, toDrawing(at)) : null);
    },
    drop: () => {
      const { over } = gestureStore.getState();
      if (over?.type === "ground") createNetwork(over.machine);
    },
    end: () => setGesture(null, null),
  });
}

function startImageDrag(image: string, event: PointerEvent): void {
  if (event.button !== 0) return;
  trackPointer(event, {
    move: (at) => {
      const { layout } = drawingStore.getState();
      setGesture({ type: "image", image, at }, isOnCanvas(at) ? targetForImage(layout, toDrawing(at)) : null);
    },
    drop: (at) => land(image, gestureStore.getState().over, at),
    end: () => setGesture(null, null),
  });
}

/** What letting go of an image does where it was let go of. */
function land(image: string, over: DropTarget | null, at: { x: number; y: number }): void {
  if (over?.type === "bridge") runOnBridge(over.machine, image, over.dev);
  else if (over?.type === "stack") runImage(over.machine, image, { type: "host" });
  else if (over?.type === "ground") setChoice({ type: "network", image, machine: over.machine, at });
}

/** A field for any other image. */
function AnotherName({ add }: { add: (image: string) => void }) {
  const t = useMenuText();
  const [text, setText] = useState<string | null>(null);
  const bad = text !== null && text !== "" && !isImageName(text);
  if (text === null) {
    return (
      <button type="button" className="shelf-item" aria-label={t.anotherName} onClick={() => setText("")}>
        <i aria-hidden="true">
          <Plus size={12} />
        </i>
        <span className="shelf-name">{t.anotherName}</span>
      </button>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isImageName(text)) return;
    add(text);
    setText(null);
  };
  return (
    <form className="shelf-form" onSubmit={submit}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the field appears because its button was pressed
        autoFocus
        value={text}
        aria-label={t.imageName}
        aria-invalid={bad}
        placeholder={t.imageNameHint}
        spellCheck={false}
        autoCapitalize="none"
        onChange={(event) => setText(event.target.value.trim())}
        onBlur={() => text === "" && setText(null)}
        onKeyDown={(event) => event.key === "Escape" && setText(null)}
      />
      {bad && <p role="alert">{t.badImageName}</p>}
    </form>
  );
}
