/** docker inspect, for containers, networks and images (cli/command/inspect). */

import { goTime } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { findImage, type Image } from "../../container/images.ts";
import { inspectContainer, inspectNetwork } from "../../inspect.ts";
import { findNetwork } from "../../network/network.ts";
import { compileTemplate, inspectTemplate } from "../../template/execute.ts";
import { type GoStruct, marshalJson } from "../../template/value.ts";
import { type Call, type DockerCommand, die, finish, isOn, print, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { writtenBytes } from "./ps.ts";

const INDENT = "    ";
const FORMAT = flag("format|f", "string", "Format the output using the given Go template");

type Finder = (call: Call, name: string) => GoStruct | null;

const container: Finder = (call, name) => {
  const { world, engine } = call.daemon;
  const found = findContainer(engine, name);
  if (!found) return null;
  const shown = inspectContainer(world, engine, found);
  // Sizes stand behind the graph driver when they are asked for.
  return isOn(call, "size")
    ? { ...shown, SizeRw: writtenBytes(found), SizeRootFs: 300_000_000 + writtenBytes(found) }
    : shown;
};

const network: Finder = (call, name) => {
  const { world, engine } = call.daemon;
  const found = findNetwork(engine, name);
  return found ? inspectNetwork(world, engine, found) : null;
};

const image: Finder = (_, name) => {
  const found = findImage(name);
  return found ? inspectImage(found) : null;
};

function inspectImage(i: Image): GoStruct {
  return {
    Id: `sha256:${i.id}`,
    RepoTags: [`${i.repository}:${i.tag}`],
    RepoDigests: [],
    Parent: i.parent === "" ? "" : `sha256:${i.parent}`,
    Comment: "",
    Created: `${goTime(i.created_s).slice(0, 19).replace(" ", "T")}Z`,
    DockerVersion: "20.10.24",
    Author: "",
    Config: { Env: i.env, Cmd: i.cmd, Image: "", WorkingDir: "", Entrypoint: null, Labels: null },
    Architecture: "amd64",
    Os: "linux",
    Size: i.size_bytes,
    VirtualSize: i.size_bytes,
    RootFS: { Type: "layers" },
  };
}

/** Looks each name up with the finders in turn and prints what they found, as JSON or by the template. */
function inspectAll(call: Call, finders: readonly Finder[], missing: (name: string) => string): void {
  const source = textOf(call, "format");
  const compiled = source === "" ? null : compileTemplate(source);
  if (compiled && !compiled.ok) return die(call, `template parsing error: ${compiled.error}`, 64);
  const errors: string[] = [];
  const found: GoStruct[] = [];
  let text = "";
  for (const name of call.args) {
    const element = finders.map((f) => f(call, name)).find((e) => e !== null);
    if (!element) {
      errors.push(missing(name));
    } else if (compiled) {
      const result = inspectTemplate(compiled.template, element);
      if (result.ok) text += `${result.text}\n`;
      else errors.push(`template parsing error: ${result.error}`);
    } else {
      found.push(element);
    }
  }
  if (compiled) print(call, text === "" ? "\n" : text);
  else print(call, `${marshalJson(found, INDENT)}\n`);
  if (errors.length > 0) die(call, errors.join("\n"));
  else finish(call);
}

export const INSPECT: DockerCommand = {
  path: "inspect",
  use: "inspect [OPTIONS] NAME|ID [NAME|ID...]",
  short: "Return low-level information on Docker objects",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [
    FORMAT,
    flag("size|s", "bool", "Display total file sizes if the type is container"),
    flag("type", "string", "Return JSON for specified type"),
  ],
  run(call) {
    const type = textOf(call, "type");
    const known: Record<string, readonly Finder[]> = {
      "": [container, image, network],
      container: [container],
      image: [image],
      network: [network],
    };
    const finders = known[type];
    if (!finders) return die(call, `${JSON.stringify(type)} is not a valid value for --type`);
    inspectAll(call, finders, (name) => `Error: No such ${type === "" ? "object" : type}: ${name}`);
  },
};

export const CONTAINER_INSPECT: DockerCommand = {
  path: "container inspect",
  use: "container inspect [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Display detailed information on one or more containers",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [FORMAT, flag("size|s", "bool", "Display total file sizes")],
  run: (call) => inspectAll(call, [container], (name) => `Error: No such container: ${name}`),
};

export const NETWORK_INSPECT: DockerCommand = {
  path: "network inspect",
  use: "network inspect [OPTIONS] NETWORK [NETWORK...]",
  short: "Display detailed information on one or more networks",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [FORMAT, flag("verbose|v", "bool", "Verbose output for diagnostics")],
  run: (call) => inspectAll(call, [network], (name) => `Error: No such network: ${name}`),
};

export const IMAGE_INSPECT: DockerCommand = {
  path: "image inspect",
  use: "image inspect [OPTIONS] IMAGE [IMAGE...]",
  short: "Display detailed information on one or more images",
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [FORMAT],
  run: (call) => inspectAll(call, [image], (name) => `Error: No such image: ${name}`),
};
