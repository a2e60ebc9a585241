// The moment that is open as text for links, made anew whenever it changes.
import { useEffect, useState } from "react";
import { SCENES } from "../../scenes/scenes.ts";
import { useLesson } from "../lessons/lesson-store.ts";
import { lessonById } from "../lessons/open.ts";
import { encodeState } from "../links/codec.ts";
import { linkState } from "../links/open-link.ts";
import { useLayout, useLog, useScene, useSelection, useTime } from "../store/stores.ts";

/** The state that links carry; null until it is made. While time runs it is that of the moment at which the dialog was opened. */
export function useStateText(): string | null {
  const [text, setText] = useState<string | null>(null);
  const playhead_ns = useTime((s) => (s.playing ? -1 : s.playhead_ns));
  const tip = useLog((s) => s.tip);
  const entries = useLog((s) => s.entries.length);
  const positions = useLayout((s) => s.positions);
  const row = useSelection((s) => s.row);
  const node = useSelection((s) => s.node);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the state is made of
  useEffect(() => {
    let wanted = true;
    const state = linkState();
    if (state !== null) {
      void encodeState(state).then((made) => {
        if (wanted) setText(made);
      });
    }
    return () => {
      wanted = false;
    };
  }, [playhead_ns, tip, entries, positions, row, node]);
  return text;
}

/** Where the page lies, without what its address says about the moment. Figures may have been opened by their address `v1/`. */
export function siteAddress(href: string = location.href): string {
  const url = new URL(href);
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/v1\/(index\.html)?$/, "/");
  return url.href;
}

/** The open scene's name when it is one of the page's own. */
export function useOwnScene(): string | null {
  const scene = useScene();
  return scene !== null && SCENES.some((one) => one.id === scene.id) ? scene.id : null;
}

/** The lesson of the page's own that is open, and its step from 1. */
export function useOwnLesson(): { readonly id: string; readonly step: number } | null {
  const open = useLesson();
  if (open === null || lessonById(open.lesson.id) !== open.lesson) return null;
  return { id: open.lesson.id, step: open.at + 1 };
}

/** Nobody else can open this address. */
export function isLocalAddress(): boolean {
  return location.protocol === "file:" || /^(localhost|127\.|\[::1\])/.test(location.hostname);
}
