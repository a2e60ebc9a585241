/** docker cp: one file into a container or out of one. Directories and archives are not simulated. */

import { ENOENT } from "../../../kernel/errno.ts";
import { EISDIR, readFile, SKELETON } from "../../../shell/files.ts";
import type { ShellWorld } from "../../../shell/types.ts";
import { findContainer } from "../../container/container.ts";
import type { Container } from "../../types.ts";
import { argument, type Call, type DockerCommand, die, finish } from "../command.ts";
import { flag } from "../flags.ts";

/** A path here, or in a container; `files` are those of its node, running or not. */
interface Place {
  container: Container | null;
  /** As it was given. */
  text: string;
  path: string;
  read(path: string): string | number;
  write(path: string, content: string): void;
}

/** "web:/etc/hosts", or a path here: one that begins with a dot or a slash never names a container. */
function parsePlace(call: Call, text: string): { name: string | null; path: string } {
  const colon = /^[./]/.test(text) ? -1 : text.indexOf(":");
  if (colon < 0) return { name: null, path: text.startsWith("/") ? text : `${call.sys.proc.cwd}/${text}` };
  const path = text.slice(colon + 1);
  return { name: text.slice(0, colon), path: path.startsWith("/") ? path : `/${path}` };
}

function placeHere(call: Call, text: string, path: string): Place {
  const { world, proc } = call.sys;
  const files = world.nodes[proc.node]?.files ?? {};
  return {
    container: null,
    text,
    path,
    read: (p) => readFile(world, proc, p),
    write: (p, content) => {
      files[p] = content;
    },
  };
}

function placeIn(world: ShellWorld, container: Container, text: string, path: string): Place {
  const node = world.nodes[container.node];
  const files = node?.files ?? container.files;
  return {
    container,
    text,
    path,
    read: (p) => (node ? readFile(world, { node: node.id, netns: node.netns, cwd: "/" }, p) : readStopped(files, p)),
    write: (p, content) => {
      files[p] = content;
    },
  };
}

/** A file of a container that doesn't run. */
function readStopped(files: Readonly<Record<string, string>>, path: string): string | number {
  const bare = path.replace(/(.)\/$/, "$1");
  const isDirectory = SKELETON.includes(bare) || Object.keys(files).some((f) => f.startsWith(`${bare}/`));
  return files[path] ?? (isDirectory ? EISDIR : ENOENT);
}

function missing({ text }: { text: string }): string {
  return `Error: No such container:path: ${text}`;
}

function copy(call: Call, from: Place, to: Place): void {
  const content = from.read(from.path);
  if (content === EISDIR) return die(call, "playground: docker cp of a directory is not simulated");
  if (typeof content === "number") {
    return die(call, from.container ? missing(from) : `lstat ${from.path}: no such file or directory`);
  }
  const isDirectory = to.read(to.path) === EISDIR;
  const path = isDirectory ? `${to.path.replace(/\/$/, "")}/${from.path.split("/").at(-1)}` : to.path;
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  if (to.read(parent) !== EISDIR) {
    const words = `invalid output path: directory ${JSON.stringify(parent)} does not exist`;
    return die(call, to.container ? missing({ text: `${to.container.name}:${parent}` }) : words);
  }
  to.write(path, content);
  finish(call);
}

export const CP: DockerCommand = {
  path: "cp",
  use: "cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
  short: "Copy files/folders between a container and the local filesystem",
  args: { min: 2, max: 2 },
  flags: [
    flag("archive|a", "bool", "Archive mode (copy all uid/gid information)"),
    flag("follow-link|L", "bool", "Always follow symbol link in SRC_PATH"),
  ],
  run(call) {
    const texts = [argument(call, 0), argument(call, 1)] as const;
    const [from, to] = [parsePlace(call, texts[0]), parsePlace(call, texts[1])];
    if (from.name !== null && to.name !== null) return die(call, "copying between containers is not supported");
    if (from.name === null && to.name === null) return die(call, "must specify at least one container source");
    if (texts.includes("-")) return die(call, "playground: docker cp of an archive is not simulated");
    const { world, engine } = call.daemon;
    const text = from.name === null ? texts[1] : texts[0];
    const container = findContainer(engine, from.name ?? to.name ?? "");
    if (!container) return die(call, missing({ text }));
    const inside = placeIn(world, container, text, from.name === null ? to.path : from.path);
    if (from.name === null) copy(call, placeHere(call, texts[0], from.path), inside);
    else copy(call, inside, placeHere(call, texts[1], to.path));
  },
};
