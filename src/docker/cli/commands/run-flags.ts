/** Flags of `docker run` and `docker create` (cli/command/container/opts.go). Those without an effect here are taken all the same. */
import { isValidUnicastMac, parseIpv4, parseMac } from "../../../wire/address.ts";
import { type FlagSpec, flag } from "../flags.ts";

function checkAddress(value: string): string | null {
  return parseIpv4(value) !== null || (value.includes(":") && /^[0-9a-fA-F:.]+$/.test(value))
    ? null
    : `${value} is not an ip address`;
}

function checkExtraHost(value: string): string | null {
  const colon = value.indexOf(":");
  if (colon <= 0 || value.length === colon + 1) return `bad format for add-host: ${JSON.stringify(value)}`;
  const address = value.slice(colon + 1);
  if (address === "host-gateway" || checkAddress(address) === null) return null;
  return `invalid IP address in add-host: ${JSON.stringify(address)}`;
}

function checkLink(value: string): string | null {
  return value === ""
    ? "empty string specified for links"
    : value.split(":").length > 2
      ? `bad format for links: ${value}`
      : null;
}

function checkEnv(value: string): string | null {
  return value.startsWith("=") || value === "" ? `invalid environment variable: ${value}` : null;
}

function checkSysctl(value: string): string | null {
  const known = /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|net\..+|fs\.mqueue\..+)=/;
  return known.test(value) ? null : `sysctl '${value}' is not whitelisted`;
}

/** What is wrong with a size; null for a right one. */
export function checkBytes(value: string): string | null {
  return /^\d+(\.\d+)? ?[kmgtp]?(i?b)?$/i.test(value) ? null : `invalid size: '${value}'`;
}

/** Whether a --mac-address is one. */
export function isMac(value: string): boolean {
  const mac = parseMac(value.replaceAll("-", ":"));
  return mac !== null && isValidUnicastMac(mac);
}

const SEEN: readonly FlagSpec[] = [
  flag("add-host", "list", "Add a custom host-to-IP mapping (host:ip)", { check: checkExtraHost }),
  flag("attach|a", "list", "Attach to STDIN, STDOUT or STDERR"),
  flag("cap-add", "list", "Add Linux capabilities"),
  flag("cap-drop", "list", "Drop Linux capabilities"),
  flag("dns", "list", "Set custom DNS servers", { check: checkAddress }),
  flag("dns-opt", "list", "Set DNS options", { alias: "dns-option", hidden: true }),
  flag("dns-option", "list", "Set DNS options"),
  flag("dns-search", "list", "Set custom DNS search domains"),
  flag("domainname", "string", "Container NIS domain name"),
  flag("entrypoint", "string", "Overwrite the default ENTRYPOINT of the image"),
  flag("env|e", "list", "Set environment variables", { check: checkEnv }),
  flag("expose", "list", "Expose a port or a range of ports"),
  flag("hostname|h", "string", "Container host name"),
  flag("interactive|i", "bool", "Keep STDIN open even if not attached"),
  flag("ip", "string", "IPv4 address (e.g., 172.30.100.104)"),
  flag("label|l", "list", "Set meta data on a container"),
  flag("link", "list", "Add link to another container", { check: checkLink }),
  flag("mac-address", "string", "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
  flag("name", "string", "Assign a name to the container"),
  flag("net", "list", "Connect a container to a network", { alias: "network", hidden: true, shows: " network" }),
  flag("network", "list", "Connect a container to a network", { shows: " network" }),
  flag("net-alias", "list", "Add network-scoped alias for the container", { alias: "network-alias", hidden: true }),
  flag("network-alias", "list", "Add network-scoped alias for the container"),
  flag("privileged", "bool", "Give extended privileges to this container"),
  flag("publish|p", "list", "Publish a container's port(s) to the host"),
  flag("publish-all|P", "bool", "Publish all exposed ports to random ports"),
  flag("restart", "string", "Restart policy to apply when a container exits", { default: "no" }),
  flag("rm", "bool", "Automatically remove the container when it exits"),
  flag("sysctl", "list", "Sysctl options", { shows: " map", check: checkSysctl }),
  flag("tty|t", "bool", "Allocate a pseudo-TTY"),
  flag("user|u", "string", "Username or UID (format: <name|uid>[:<group|gid>])"),
  flag("workdir|w", "string", "Working directory inside the container"),
];

const BARE_TEXT =
  "blkio-weight cgroup-parent cgroupns cidfile cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpus cpuset-cpus cpuset-mems gpus health-cmd health-interval health-retries health-start-period health-timeout ip6 ipc isolation kernel-memory log-driver memory-reservation memory-swap memory-swappiness oom-score-adj pid pids-limit platform pull runtime shm-size stop-signal stop-timeout userns uts volume-driver detach-keys".split(
    " ",
  );
const BARE_LISTS =
  "blkio-weight-device device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops env-file group-add label-file link-local-ip log-opt mount security-opt storage-opt tmpfs ulimit volumes-from".split(
    " ",
  );
const BARE_SWITCHES = "disable-content-trust init no-healthcheck oom-kill-disable read-only".split(" ");

/** Taken without an effect: what they limit or mount is not part of this world. */
const UNSEEN: readonly FlagSpec[] = [
  ...BARE_TEXT.map((name) => flag(name, "string", "", { hidden: true })),
  ...BARE_LISTS.map((name) => flag(name, "list", "", { hidden: true })),
  ...BARE_SWITCHES.map((name) => flag(name, "bool", "", { hidden: true })),
  flag("memory|m", "string", "", { hidden: true, check: checkBytes }),
  flag("cpu-shares|c", "string", "", { hidden: true }),
  flag("volume|v", "list", "", { hidden: true }),
];

export const CREATE_FLAGS: readonly FlagSpec[] = [...SEEN, ...UNSEEN];

export const RUN_FLAGS: readonly FlagSpec[] = [
  ...CREATE_FLAGS,
  flag("detach|d", "bool", "Run container in background and print container ID"),
  flag("sig-proxy", "bool", "Proxy received signals to the process", { default: "true" }),
];
