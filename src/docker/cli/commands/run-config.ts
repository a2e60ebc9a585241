/** From the flags of `docker run` to what the daemon is asked for (parse in cli/command/container/opts.go). */
import { err, ok, type Result } from "../../../base/result.ts";
import { mac, parseIpv4 } from "../../../wire/address.ts";
import type { ContainerRequest } from "../../container/container.ts";
import type { Image } from "../../container/images.ts";
import type { HostConfig, PortRequest, RestartPolicy } from "../../types.ts";
import { type Call, fromDaemon, given, isOn, listOf, textOf } from "../command.ts";
import { isMac } from "./run-flags.ts";

/** "KEY=VALUE" pairs to a record; the later one wins. */
export function pairs(list: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const item of list) {
    const equals = item.indexOf("=");
    if (equals < 0) out[item] = "";
    else out[item.slice(0, equals)] = item.slice(equals + 1);
  }
  return out;
}

/** Whether a network mode names a network that people make. */
function isUserMode(mode: string): boolean {
  return !["default", "bridge", "host", "none"].includes(mode) && !mode.startsWith("container:");
}

/** What the flags ask for, or what the client finds wrong with them. The image's defaults are not in it yet. */
export function parseRequest(call: Call, detached: boolean): Result<ContainerRequest, string> {
  const macText = textOf(call, "mac-address");
  if (macText !== "" && !isMac(macText)) return err(`${macText} is not a valid mac address`);
  const host = parseHostConfig(call);
  if (!host.ok) return host;
  const { hostConfig, exposedPorts } = host.value;
  const network = parseNetworkOptions(call, hostConfig.networkMode);
  if (!network.ok) return network;
  const attach = listOf(call, "attach").map((a) => a.toLowerCase());
  const stdin = isOn(call, "interactive");
  const attachStdin = !detached && (stdin || attach.includes("stdin"));
  return ok({
    name: textOf(call, "name"),
    mac: macText === "" ? null : mac(macText.replaceAll("-", ":")),
    ...network.value,
    hostConfig,
    config: {
      hostname: textOf(call, "hostname"),
      domainname: textOf(call, "domainname"),
      user: textOf(call, "user"),
      attachStdin,
      attachStdout: !detached && (attach.length === 0 || attach.includes("stdout")),
      attachStderr: !detached && (attach.length === 0 || attach.includes("stderr")),
      exposedPorts,
      tty: isOn(call, "tty"),
      openStdin: stdin,
      stdinOnce: stdin && attachStdin,
      env: listOf(call, "env").map((e) => (e.includes("=") ? e : `${e}=${call.sys.proc.env[e] ?? ""}`)),
      cmd: call.args.length > 1 ? call.args.slice(1) : null,
      entrypoint: given(call, "entrypoint") ? [textOf(call, "entrypoint")] : null,
      image: call.args[0] as string,
      workingDir: textOf(call, "workdir"),
      labels: pairs(listOf(call, "label")),
    },
  });
}

/** Options of the first network: without a network named they are of no effect, but for links. */
function parseNetworkOptions(
  call: Call,
  mode: string,
): Result<Pick<ContainerRequest, "ip" | "aliases" | "links">, string> {
  const links = listOf(call, "link");
  if (!given(call, "network")) return ok({ ip: null, aliases: [], links });
  const aliases = listOf(call, "network-alias");
  if (!isUserMode(mode)) {
    if (aliases.length > 0) return err("network-scoped aliases are only supported for user-defined networks");
    if (links.length > 0) return err("links are only supported for user-defined networks");
  }
  const text = textOf(call, "ip");
  const ip = text === "" ? null : parseIpv4(text);
  if (text !== "" && ip === null) return err(fromDaemon(`invalid IPv4 address: ${text}`));
  return ok({ ip, aliases, links });
}

function parseHostConfig(call: Call): Result<{ hostConfig: HostConfig; exposedPorts: string[] }, string> {
  const modes = listOf(call, "network");
  if (new Set(modes).size < modes.length) return err(`network "${modes[1]}" is specified multiple times`);
  if (modes.includes("")) return err("no name set for network");
  if (modes.some(isUserMode) && !modes.every(isUserMode)) {
    return err("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
  }
  const networkMode = modes[0] ?? "default";
  const restartPolicy = parseRestartPolicy(textOf(call, "restart"));
  if (!restartPolicy.ok) return restartPolicy;
  const autoRemove = isOn(call, "rm");
  if (autoRemove && restartPolicy.value.name !== "no") return err("Conflicting options: --restart and --rm");
  const published = parsePublished(listOf(call, "publish"));
  if (!published.ok) return published;
  const exposed = parseExposed(listOf(call, "expose"));
  if (!exposed.ok) return exposed;
  const fromPublished = published.value.map((p) => `${p.port}/${p.protocol}`);
  return ok({
    exposedPorts: [...new Set([...fromPublished, ...exposed.value])],
    hostConfig: {
      networkMode,
      portBindings: published.value,
      publishAll: isOn(call, "publish-all"),
      restartPolicy: restartPolicy.value,
      autoRemove,
      capAdd: listOf(call, "cap-add"),
      capDrop: listOf(call, "cap-drop"),
      privileged: isOn(call, "privileged"),
      dns: listOf(call, "dns"),
      dnsSearch: listOf(call, "dns-search"),
      dnsOptions: listOf(call, "dns-option"),
      extraHosts: listOf(call, "add-host"),
      init: isOn(call, "init"),
      memory: parseBytes(textOf(call, "memory")) ?? 0,
      nanoCpus: Math.round(Number(textOf(call, "cpus")) * 1e9),
      sysctls: pairs(listOf(call, "sysctl")),
    },
  });
}

/** go-units' RAMInBytes: "64m"; null for what is none. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp])?(?:i?b)?$/i.exec(text);
  if (!match) return null;
  return Math.trunc(Number(match[1]) * 1024 ** " kmgtp".indexOf((match[2] ?? " ").toLowerCase()));
}

export function parseRestartPolicy(text: string): Result<RestartPolicy, string> {
  if (text === "" || text === "no") return ok({ name: "no", maximumRetryCount: 0 });
  const [name, count, more] = text.split(":");
  if (more !== undefined) return err("invalid restart policy format");
  if (count !== undefined && !/^\d+$/.test(count)) return err("maximum retry count must be an integer");
  if (name === "always" || name === "unless-stopped") {
    if (count !== undefined) return err(fromDaemon(`maximum retry count cannot be used with restart policy '${name}'`));
  } else if (name !== "on-failure") {
    return err(fromDaemon(`invalid restart policy '${name}'`));
  }
  return ok({ name, maximumRetryCount: Number(count ?? 0) });
}

const PUBLISH = /^(?:(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):)?(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/;

/** -p [[ip:]hostPort:]port[/protocol], each port also as a range. */
export function parsePublished(specs: readonly string[]): Result<PortRequest[], string> {
  const out: PortRequest[] = [];
  for (const spec of specs) {
    const match = PUBLISH.exec(spec);
    const ipText = match?.[1];
    if (!match || (ipText && !ipText.startsWith("[") && parseIpv4(ipText) === null)) return err(refusePublished(spec));
    const [, hostIp = "", hostPort = "", portText = "", protocol = "tcp"] = match;
    if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp") return err(`Invalid proto: ${protocol}`);
    const ports = range(portText);
    const hostPorts = hostPort === "" ? null : range(hostPort);
    if (ports === null) return err(`Invalid containerPort: ${portText}`);
    if (hostPort !== "" && hostPorts === null) return err(`Invalid hostPort: ${hostPort}`);
    const oneToOne = hostPorts !== null && hostPorts.length === ports.length;
    if (hostPorts !== null && !oneToOne && ports.length > 1) {
      return err(`Invalid ranges specified for container and host Ports: ${portText} and ${hostPort}`);
    }
    ports.forEach((port, i) => {
      out.push({ hostIp, hostPort: oneToOne ? String(hostPorts[i]) : hostPort, port, protocol });
    });
  }
  return ok(out);
}

function refusePublished(spec: string): string {
  const parts = spec.split("/")[0]?.split(":") ?? [];
  if (parts.length > 3) {
    const ip = parts.slice(0, -2).join(":");
    return `Invalid ip address ${ip}: address ${ip}:: too many colons in address`;
  }
  if (parts.length === 3 && parts[0] !== undefined && parseIpv4(parts[0]) === null)
    return `Invalid ip address: ${parts[0]}`;
  if (parts.at(-1) === "") return `No port specified: ${spec}<empty>`;
  if (parts.length >= 2 && !/^\d*(-\d+)?$/.test(parts.at(-2) as string)) return `Invalid hostPort: ${parts.at(-2)}`;
  return `Invalid containerPort: ${parts.at(-1)}`;
}

/** The ports of "80" or "80-82"; null when they are none. */
function range(text: string): number[] | null {
  const [from, to = from] = text.split("-").map(Number) as [number, number?];
  if (from > 65535 || to > 65535 || to < from) return null;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function parseExposed(specs: readonly string[]): Result<string[], string> {
  const out: string[] = [];
  for (const spec of specs) {
    if (spec.includes(":")) return err(`invalid port format for --expose: ${spec}`);
    const [portText = "", protocol = "tcp"] = spec.split("/");
    const ports = /^\d+(-\d+)?$/.test(portText) ? range(portText) : null;
    if (ports === null) {
      return err(`invalid range format for --expose: ${spec}, error: ${refuseRange(portText)}`);
    }
    out.push(...ports.map((p) => `${p}/${protocol}`));
  }
  return ok(out);
}

/** What nat.ParsePortRange says of a range that is none. */
function refuseRange(text: string): string {
  const wrong = text.split("-").find((part) => !/^\d+$/.test(part));
  if (text === "") return "empty string specified for ports.";
  return wrong === undefined
    ? `invalid range specified for the Port: ${text}`
    : `strconv.ParseUint: parsing ${JSON.stringify(wrong)}: invalid syntax`;
}

/** Lets the image fill in what nobody chose. `--entrypoint` drops the image's command. */
export function applyImage(request: ContainerRequest, image: Image): void {
  const { config, hostConfig } = request;
  if (config.entrypoint === null && config.cmd === null) config.cmd = [...image.cmd];
  if (config.entrypoint?.[0] === "") config.entrypoint = null;
  const set = new Set(config.env.map((e) => e.split("=")[0]));
  config.env.push(...image.env.filter((e) => !set.has(e.split("=")[0])));
  config.exposedPorts = [...new Set([...config.exposedPorts, ...image.exposedPorts])];
  if (hostConfig.publishAll) {
    for (const exposed of config.exposedPorts) {
      const [port, protocol] = exposed.split("/") as [string, PortRequest["protocol"]];
      if (hostConfig.portBindings.some((p) => p.port === Number(port) && p.protocol === protocol)) continue;
      hostConfig.portBindings.push({ hostIp: "", hostPort: "", port: Number(port), protocol });
    }
  }
}
