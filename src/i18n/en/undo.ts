// What undo and redo say, in English: fetched with them.

export const enUndo = {
  undone: (what: string) => `Undone: ${what}`,
  redone: (what: string) => `Done again: ${what}`,
  redo: "Redo",
  moved: (node: string) => `${node} moved`,
  movedSome: (n: number) => `${n} things moved`,
  tidied: "drawing tidied up",
  opened: (node: string) => `${node} opened`,
  closed: (node: string) => `${node} closed`,
  addedHost: "a host added",
  key: "a key in a terminal",
};
