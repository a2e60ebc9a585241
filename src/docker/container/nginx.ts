/** What the image nginx starts: /start.sh, which becomes the server. It runs until it is told to stop. */
import { exec, exit } from "../../shell/process.ts";
import type { Program } from "../../shell/types.ts";

export const startScript: Program = {
  path: "/start.sh",
  start(sys) {
    exec(sys.world, sys.proc, "nginx", ["nginx", "-g", "daemon off;"]);
  },
};

export const nginxProgram: Program = {
  path: "/usr/sbin/nginx",
  about: "a web server",
  catches: ["SIGTERM", "SIGQUIT", "SIGINT"],
  start() {},
  wake(sys, why) {
    if (why.type === "signal") exit(sys, 0);
  },
};
