/** /usr/bin/kill of procps 4.0, for those who have no shell around it. Left out: process groups, -L, --queue. */
import { exit, fail, procOfPid, SIGNAL_NAMES, kill as sendSignal, write } from "../process.ts";
import type { Program } from "../types.ts";

const USAGE = `
Usage:
 kill [options] <pid> [...]

Options:
 <pid> [...]            send signal to every <pid> listed
 -<signal>, -s, --signal <signal>
                        specify the <signal> to be sent
 -q, --queue <value>    integer value to be sent with the signal
 -l, --list=[<signal>]  list all signal names, or convert one to a name
 -L, --table            list all signal names in a nice table

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see kill(1).
`;

export const kill: Program = {
  path: "/usr/bin/kill",
  about: "send a signal to a process",
  start(sys, argv) {
    const words = argv.slice(1);
    let name = "TERM";
    const first = words[0] ?? "";
    if (first === "-s" || first === "--signal") name = words.splice(0, 2)[1] ?? "";
    else if (first !== "--" && first.startsWith("-")) name = (words.shift() as string).slice(1);
    if (words[0] === "--") words.shift();
    if (words.length === 0) return fail(sys, USAGE, 1);
    const signal = SIGNAL_NAMES[name.toUpperCase().replace(/^SIG/, "")];
    if (!signal && name !== "0") return fail(sys, `kill: unknown signal name ${name}\n`, 1);
    let status = 0;
    for (const word of words) {
      const found = /^\d+$/.test(word) ? procOfPid(sys.world, sys.proc, Number(word)) : null;
      if (found) {
        if (signal) sendSignal(sys.world, sys.programs, sys.proc, found, signal);
        continue;
      }
      write(
        sys,
        2,
        /^\d+$/.test(word) ? `kill: (${word}): No such process\n` : `kill: failed to parse argument: '${word}'\n`,
      );
      status = 1;
    }
    exit(sys, status);
  },
};
