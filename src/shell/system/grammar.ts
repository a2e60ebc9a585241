/** What may stand on a line of the programs that run others, and of those that take files. */
import { type Grammar, words } from "../grammar.ts";

const FILES: Grammar = { args: ["file"], repeats: true };
const RUNS: Grammar = { args: [], command: true };

export const SYSTEM_GRAMMARS: Readonly<Record<string, Grammar>> = {
  modprobe: { options: words("-r"), args: [["br_netfilter", "ipip", "vxlan"]] },
  nsenter: {
    options: words(
      "-t|--target:pid -n|--net -m|--mount -u|--uts -i|--ipc -p|--pid -C|--cgroup -a|--all -F|--no-fork -h|--help -V|--version",
    ),
    args: [],
    command: true,
  },
  su: { options: words("-c:any -l -s:bash|sh -h|--help"), args: [["root"]] },
  sudo: { ...RUNS, options: words("-u:any -E -H -i -s") },
  env: { ...RUNS, options: words("-i -u:any") },
  nohup: RUNS,
  nice: { ...RUNS, options: words("-n:any") },
  xargs: { ...RUNS, options: words("-n:any -I:any -r -0 -t") },
  watch: { ...RUNS, options: words("-n:any -d -t") },
  timeout: { args: ["any"], command: true, options: words("-s:INT|TERM|KILL -k:any") },
  time: RUNS,
  exec: RUNS,
  command: { ...RUNS, options: words("-v -V") },
  which: { args: ["command"], repeats: true },
  type: { args: ["command"], repeats: true },
  help: { args: ["command"] },
  kill: { options: words("-9 -15 -2 -INT -TERM -KILL -HUP -s:INT|TERM|KILL|HUP"), args: ["pid"], repeats: true },
  dmesg: {
    options: words("-T|--ctime -t|--notime -c|--read-clear -C|--clear -H|--human -w|--follow -h|--help -V|--version"),
  },
  ...Object.fromEntries(
    "cat head tail wc sort uniq grep ls cd touch rm mkdir mv cp tee source".split(" ").map((n) => [n, FILES]),
  ),
};
