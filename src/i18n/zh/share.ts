// 链接，以及其他用来分享的东西：界面上的中文。
import type { enShare } from "../en/share.ts";

export const zhShare: typeof enShare = {
  faults: {
    "not-a-link": "地址里“#s=”后面的内容不是这个页面的状态。原来打开的不受影响。",
    damaged: "这个链接里的状态已损坏，链接很可能缺了一段。原来打开的不受影响。",
    "too-large": "这个链接里的状态太大，打不开。原来打开的不受影响。",
    newer: "这个链接是用更新版本的页面生成的。请重新加载页面后再打开。",
    "no-such-scene": "这个链接指向的场景这个页面里没有。原来打开的不受影响。",
    refused: "模拟器认为这个链接里的状态讲不通。原来打开的不受影响。",
  },
  sceneChanged: "这个链接生成之后场景改过：有些事发生的时刻可能不一样。",
  kept: (title) => `链接已打开。“${title}”和你在里面做的都留着。`,
};
