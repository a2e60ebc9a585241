/** /var/log/messages: the kernel's log as rsyslog writes it down on a machine. A container has no kernel, and no such file. */
import { SECOND_NS } from "../base/time.ts";
import { formatDate } from "./text/date.ts";
import type { NodeId, ShellWorld } from "./types.ts";

export const SYSLOG = "/var/log/messages";

/** The file's text; null where there is none. */
export function readSyslog(world: ShellWorld, id: NodeId): string | null {
  const node = world.nodes[id];
  if (!node || node.id.includes("/")) return null;
  const lines = (world.machines[node.machine]?.dmesg ?? []).map(({ t_ns, text }) => {
    const when = formatDate("%b %e %H:%M:%S", world.bootTime_s + t_ns / SECOND_NS);
    return `${when} ${node.hostname} kernel: [${(t_ns / SECOND_NS).toFixed(6).padStart(12)}] ${text}\n`;
  });
  return (node.files[SYSLOG] ?? "") + lines.join("");
}
