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
  script: {
    head: (title, seconds) => `“${title}”到 ${seconds} 秒为止，在真实机器上重做。由 docker0 Playground 生成。`,
    needs: "需要 Linux、root、Docker，以及各行命令用到的程序（iproute2、bridge-utils、iptables 等）。",
    images: (images) => `本机没有的镜像会由 Docker 下载：${images}`,
    clean: "删除脚本建的容器和网络",
    machines: "图中的机器，以及开始之前各自要有的配置：",
    together: "准备完毕。请在所有机器上同时按回车：",
    cleaned: "容器和网络已删除。手工加的路由、地址和规则还在。",
    exists: "已经有同名的容器，没有动它。请先删除或改名。",
    usage: (parts) => `这是哪台机器？${parts} | clean`,
    root: "需要以 root 运行。",
  },
};
