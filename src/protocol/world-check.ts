/** Whether the parts of a world fit each other: what a schema of single fields cannot see. */
import type { WorldSpec } from "./scene.ts";

type NodeSpec = WorldSpec["nodes"][number];

/** As Linux has them: IFNAMSIZ with its NUL. */
const DEVICE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,14}$/;
/** A station's own address: not multicast, not zero. */
const MAC = /^(?!00:00:00:00:00:00)[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i;
const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ADDRESS = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const LISTEN = new RegExp(`^${OCTET}(\\.${OCTET}){3}:[1-9]\\d{0,4}$`);
const PREFIX = /^([0-9]|[12]\d|3[0-2])$/;

function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  return rest.length === 0 && ADDRESS.test(address) && PREFIX.test(prefix);
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}

function nodeFault({ name, interfaces, dns, services }: NodeSpec): string | null {
  const twice = repeated(["lo", "docker0", ...interfaces.map((one) => one.name)]);
  if (twice !== undefined) return `${name}: ${twice} twice`;
  for (const { name: device, mac, ipv4 } of interfaces) {
    if (!DEVICE_NAME.test(device)) return `${name}: ${device} is no device's name`;
    if (!MAC.test(mac)) return `${name}: ${device}: ${mac} is no station's MAC address`;
    const wrong = (typeof ipv4 === "string" ? [ipv4] : ipv4).find((text) => !isCidr(text));
    if (wrong !== undefined) return `${name}: ${device}: ${wrong} is no address with prefix length`;
  }
  if (dns !== undefined && !ADDRESS.test(dns)) return `${name}: dns: ${dns} is no address`;
  const records = Object.values(services?.dns?.records ?? {});
  const wrong =
    records.find((address) => !ADDRESS.test(address)) ??
    [services?.http, services?.dns?.listen].find((listen) => listen !== undefined && !LISTEN.test(listen));
  return wrong === undefined ? null : `${name}: services: ${wrong} is no address`;
}

/** What is wrong with a cable's end; null for a node's interface, or a new port of a switch. */
function endFault({ nodes, switches }: WorldSpec, end: string): string | null {
  const [machine, device = "", port, ...rest] = end.split(".");
  if (rest.length > 0) return `${end} is no end`;
  if (port === undefined) {
    const node = nodes.find(({ name }) => name === machine);
    return node?.interfaces.some(({ name }) => name === device) ? null : `there is no ${end}`;
  }
  const found = switches.some(({ name, bridge }) => name === machine && bridge === device);
  if (!found) return `there is no switch ${machine}.${device}`;
  return DEVICE_NAME.test(port) && port !== device && port !== "lo" ? null : `${port} is no port's name`;
}

/** The first thing that does not fit, in a sentence; null when all does. @param dockers machines that run dockerd */
export function worldFault(world: WorldSpec, dockers: readonly string[]): string | null {
  const { nodes, switches, links } = world;
  const twice =
    repeated([...nodes, ...switches].map(({ name }) => name)) ?? repeated(links.flat()) ?? repeated(dockers);
  if (twice !== undefined) return `${twice} twice`;
  const bridge = switches.find((one) => !DEVICE_NAME.test(one.bridge) || one.bridge === "lo");
  if (bridge !== undefined) return `${bridge.name}: ${bridge.bridge} is no device's name`;
  for (const fault of [...nodes.map(nodeFault), ...links.flat().map((end) => endFault(world, end))]) {
    if (fault !== null) return fault;
  }
  const missing = dockers.find((docker) => !nodes.some(({ name }) => name === docker));
  return missing === undefined ? null : `dockers: there is no ${missing}`;
}
