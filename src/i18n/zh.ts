// 界面上的全部中文。
import type { Text } from "./text.ts";
import { zhCanvas } from "./zh-canvas.ts";

export const zh: Text = {
  canvas: zhCanvas,
  notice: {
    forked: "你在过去执行了操作。你离开的那段未来保留为一个分支。",
    bringBack: "找回它",
    nothingMore: "接下来不会再自动发生任何事。",
    restarted: "模拟器意外停止，已按命令日志重新启动，没有丢失任何内容。",
    restartedWithoutLast: "模拟器意外停止。重启时略去了最后一条会使它再次停止的命令；之前的状态已另行保存。",
    restartedFresh: "模拟器意外停止且无法恢复。场景已重新开始；你的命令日志已另行保存。",
    commandLost: (line: string) => `这条命令没有执行：${line}`,
  },
  refusal: {
    "bad-message": "模拟器没能理解页面发来的消息。已打开的内容保持不变。",
    "bad-state": "无法打开这个状态：它已损坏或来自其他版本。已打开的内容保持不变。",
    "bad-scene": "无法打开这个场景：它已损坏。已打开的内容保持不变。",
    "no-such-node": "这个容器或机器已不存在。",
    crash: "模拟器没有响应。",
  },
};
