// Sentences that the page says to the person: one-line notes that go by themselves, and errors that stay until closed.
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Text } from "../../i18n/text.ts";

export interface Notice {
  readonly id: number;
  readonly tone: "note" | "error";
  /** In whichever language is shown. */
  readonly say: (t: Text) => string;
  readonly action?: { readonly label: (t: Text) => string; readonly run: () => void };
}

const MAX_NOTICES = 3;
let nextId = 1;

export const noticeStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

/** Says a sentence; the oldest goes when there are too many. */
export function notify(tone: Notice["tone"], say: Notice["say"], action?: Notice["action"]): void {
  const notice: Notice = { id: nextId++, tone, say, ...(action === undefined ? {} : { action }) };
  noticeStore.setState((s) => ({ notices: [...s.notices, notice].slice(-MAX_NOTICES) }));
}

/** Takes a sentence away. */
export function dismissNotice(id: number): void {
  noticeStore.setState((s) => ({ notices: s.notices.filter((notice) => notice.id !== id) }));
}

export function useNotices(): readonly Notice[] {
  return useStore(noticeStore, (s) => s.notices);
}
