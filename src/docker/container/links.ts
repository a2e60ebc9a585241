/** What --link in the default network gives a container: names in /etc/hosts and variables (daemon/links/links.go). */
import { formatIpv4 } from "../../wire/address.ts";
import type { Container, DockerWorld, Engine } from "../types.ts";

interface Linked {
  child: Container;
  address: string;
  alias: string;
}

function linked(engine: Engine, container: Container): Linked[] {
  return container.links.flatMap(({ container: id, alias }) => {
    const child = engine.containers[id];
    const address = child?.endpoints.bridge?.address ?? null;
    return child && address !== null ? [{ child, address: formatIpv4(address), alias }] : [];
  });
}

/** Why a container with links cannot start; null if it can. A link outlives what it leads to. */
export function refuseLinks(engine: Engine, container: Container): string | null {
  for (const { container: id, name, alias } of container.links) {
    const child = engine.containers[id];
    if (child?.status !== "running") {
      return `Cannot link to a non running container: /${child?.name ?? name} AS /${container.name}/${alias}`;
    }
  }
  return null;
}

/** Lines of /etc/hosts. */
export function linkHosts(engine: Engine, container: Container): string {
  return linked(engine, container)
    .map(({ child, address, alias }) => {
      const name = alias === child.name ? "" : ` ${child.name}`;
      return `${address}\t${alias} ${child.config.hostname}${name}\n`;
    })
    .join("");
}

/** A container has an address: those that link to it get that in the lines of their /etc/hosts (etchosts.Update). */
export function tellLinked(world: DockerWorld, engine: Engine, child: Container): void {
  const address = child.endpoints.bridge?.address ?? null;
  if (address === null) return;
  for (const parent of Object.values(engine.containers)) {
    const node = world.nodes[parent.node];
    const hosts = node?.files["/etc/hosts"];
    if (!node || hosts === undefined) continue;
    const aliases = parent.links.filter((l) => l.container === child.id).map((l) => l.alias);
    const lines = hosts.split("\n").map((line) => {
      const names = line.split("\t")[1]?.split(" ") ?? [];
      return aliases.some((alias) => names.includes(alias)) ? `${formatIpv4(address)}\t${names.join(" ")}` : line;
    });
    node.files["/etc/hosts"] = lines.join("\n");
  }
}

/** Variables as "KEY=value". */
export function linkEnv(engine: Engine, container: Container): string[] {
  return linked(engine, container).flatMap((link) => envOf(container, link));
}

function envOf(container: Container, { child, address, alias }: Linked): string[] {
  const prefix = alias.toUpperCase().replaceAll("-", "_");
  const ports = child.config.exposedPorts
    .map((spec) => spec.split("/") as [string, string])
    .sort(([x, p], [y, q]) => Number(x) - Number(y) || (p < q ? -1 : 1));
  const env: string[] = [];
  // The default port is the lowest, TCP before UDP.
  const [first] = [...ports].sort(([, p], [, q]) => (p === q ? 0 : p === "tcp" ? -1 : 1));
  if (first) env.push(`${prefix}_PORT=${first[1]}://${address}:${first[0]}`);
  for (const [port, protocol] of ports) {
    const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    env.push(`${name}=${protocol}://${address}:${port}`, `${name}_ADDR=${address}`, `${name}_PORT=${port}`);
    env.push(`${name}_PROTO=${protocol}`);
  }
  env.push(`${prefix}_NAME=/${container.name}/${alias}`);
  for (const pair of child.config.env) {
    if (pair.includes("=") && !/^(HOME|PATH)=/.test(pair)) env.push(`${prefix}_ENV_${pair}`);
  }
  return env;
}
