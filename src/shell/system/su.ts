/** su: root becomes root, in a shell of its own. There are no other users. util-linux 2.38. */
import { exec, exit, fail, nodeEnv, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";

const HELP = `
Usage:
 su [options] [-] [<user> [<argument>...]]

Change the effective user ID and group ID to that of <user>.
A mere - implies -l.  If <user> is not given, root is assumed.

Options:
 -, -l, --login                  make the shell a login shell
 -c, --command <command>         pass a single command to the shell with -c
 -s, --shell <shell>             run <shell> if /etc/shells allows it

 -h, --help                      display this help
 -V, --version                   display version

For more details see su(1).
`;

interface Wanted {
  login: boolean;
  command: string | null;
  shell: string;
  operands: string[];
}

function parse(args: readonly string[]): Wanted {
  const wanted: Wanted = { login: false, command: null, shell: "bash", operands: [] };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (word === "-" || word === "-l" || word === "--login") wanted.login = true;
    else if (word === "-c" || word === "--command") wanted.command = args[++at] ?? "";
    else if (word === "-s" || word === "--shell") wanted.shell = (args[++at] ?? "").split("/").at(-1) ?? "";
    else if (!/^-[mpP]$/.test(word)) wanted.operands.push(word);
  }
  return wanted;
}

function start(sys: Sys, argv: string[]): void {
  const args = argv.slice(1);
  if (args.some((word) => word === "-h" || word === "--help")) {
    write(sys, 1, HELP);
    return exit(sys, 0);
  }
  const { login, command, shell, operands } = parse(args);
  const [user = "root", ...rest] = operands;
  if (user !== "root") {
    const why = "does not exist or the user entry does not contain all the required fields";
    return fail(sys, `su: user ${user} ${why}\n`, 1);
  }
  if (shell !== "sh" && shell !== "bash")
    return fail(sys, `su: failed to execute ${shell}: No such file or directory\n`, 127);
  if (login) {
    const at = sys.world.nodes[sys.proc.node];
    if (at) sys.proc.env = { TERM: sys.proc.env.TERM ?? "linux", ...nodeEnv(at) };
    sys.proc.cwd = "/root";
  }
  exec(sys.world, sys.proc, shell, [
    login ? `-${shell}` : shell,
    ...(command === null ? [] : ["-c", command]),
    ...rest,
  ]);
}

export const su: Program = { path: "/usr/bin/su", about: "a shell as root, which you are", start };
