// 撤销与重做说的话（中文）：与它们一起载入。
import type { enUndo } from "../en/undo.ts";

export const zhUndo: typeof enUndo = {
  undone: (what) => `已撤销：${what}`,
  redone: (what) => `已重做：${what}`,
  redo: "重做",
  moved: (node) => `移动 ${node}`,
  movedSome: (n) => `移动 ${n} 个`,
  tidied: "整理布局",
  opened: (node) => `展开 ${node}`,
  closed: (node) => `收起 ${node}`,
  addedHost: "添加主机",
  key: "终端里的按键",
};
