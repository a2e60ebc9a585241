/** Which capabilities a container's processes have: moby's oci/caps, capabilities(7). */
import { ALL_CAPS } from "../../shell/process.ts";
import type { Capability } from "../../shell/types.ts";

/** Linux's capabilities by what stands behind CAP_, each at its bit (include/uapi/linux/capability.h). */
const CAPABILITIES: readonly string[] =
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE".split(
    " ",
  );
/** What Docker gives without being asked: NET_ADMIN is not in it. */
const DEFAULT =
  "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP".split(
    " ",
  );

function plain(names: readonly string[]): string[] {
  return names.map((name) => name.toUpperCase().replace(/^CAP_/, ""));
}

/** The daemon's complaint about a name that is none, or null. @param option "CapAdd" or "CapDrop" */
export function refuseCapability(option: string, names: readonly string[]): string | null {
  const unknown = plain(names).find((name) => name !== "ALL" && !CAPABILITIES.includes(name));
  return unknown === undefined ? null : `invalid ${option}: unknown capability: "CAP_${unknown}"`;
}

/** The names of all that a container has. */
function granted(add: readonly string[], drop: readonly string[], privileged: boolean): string[] {
  const added = plain(add);
  const dropped = plain(drop);
  const base = privileged || added.includes("ALL") ? CAPABILITIES : dropped.includes("ALL") ? [] : DEFAULT;
  return CAPABILITIES.filter((c) => privileged || added.includes(c) || (base.includes(c) && !dropped.includes(c)));
}

/** Those of them that make a difference here. */
export function capabilities(add: readonly string[], drop: readonly string[], privileged: boolean): Capability[] {
  const names = granted(add, drop, privileged);
  return ALL_CAPS.filter((c) => names.includes(c));
}

/** The lines of /proc/PID/status about them (fs/proc/array.c, task_cap). */
export function capabilityLines(add: readonly string[], drop: readonly string[], privileged: boolean): string {
  const bits = granted(add, drop, privileged).reduce((sum, c) => sum + 2 ** CAPABILITIES.indexOf(c), 0);
  const mask = bits.toString(16).padStart(16, "0");
  const none = "0".repeat(16);
  return `CapInh:\t${none}\nCapPrm:\t${mask}\nCapEff:\t${mask}\nCapBnd:\t${mask}\nCapAmb:\t${none}\n`;
}
