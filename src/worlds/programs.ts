/**
 * Every program that a machine or a container has. The table begins with what a first ping needs; of the others it has only the names, until
 * whole.ts puts them in. Node imports whole.ts at once, the browser's worker when the first picture stands.
 */
import { firstDockerPrograms } from "../docker/first-programs.ts";
import { firstPrograms } from "../shell/first-programs.ts";
import { standIns } from "../shell/later.ts";
import type { Program, Programs } from "../shell/types.ts";

/** As in `laterPrograms`; a test holds the two together. */
export const LATER_NAMES: readonly string[] = (
  "arp arping awk base64 basename brctl bridge cat chmod clear cmp column comm conntrack cp curl cut date diff " +
  "dig dirname dmesg echo egrep env ethtool expr false fgrep find fold getent grep head hexdump host hostname id " +
  "ifconfig ip iptables iptables-restore iptables-save kill ln ls mawk md5sum mkdir mktemp modprobe mv nc netcat " +
  "netstat nice nl nohup nproc nsenter nslookup nstat od paste pgrep pidof pkill printenv printf ps pwd readlink " +
  "realpath rev rm route sed seq sha1sum sha256sum sleep sort ss stat stdbuf su sudo sysctl tac tail tcpdump tee " +
  "test timeout touch tr tracepath traceroute true tty uname uniq uptime watch wc which whoami xargs xxd yes"
).split(" ");

const table: Record<string, Program> = { ...standIns(LATER_NAMES), ...firstPrograms, ...firstDockerPrograms };

export const programs: Programs = table;

/** Puts programs into the table, over those that stand there. */
export function install(more: Programs): void {
  Object.assign(table, more);
}
