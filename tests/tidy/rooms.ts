/**
 * The map of the house as a checked list: which folder of `src/` may import from which. Imports run only along these
 * arrows. The two towers meet at `protocol/`; below both lie `wire/` and `base/`.
 */
import { posix } from "node:path";
import { importsOf, type Source } from "./sources.ts";

/** Each room with the rooms right below it; whatever those may import, it may import too. */
export const BELOW: Readonly<Record<string, readonly string[]>> = {
  base: [],
  wire: ["base"],
  sim: ["base"],
  kernel: ["wire", "sim"],
  shell: ["kernel", "wire"],
  docker: ["shell", "kernel", "protocol"],
  worlds: ["docker", "shell", "kernel", "protocol"],
  protocol: ["base"],
  engine: ["worlds", "docker", "shell", "kernel", "protocol"],
  client: ["protocol"],
  scenes: ["protocol"],
  i18n: ["protocol"],
  ui: ["client", "scenes", "protocol", "i18n"],
  embed: [],
  offline: [],
  main: ["ui", "client", "i18n"],
};

const LEFT_TOWER = new Set([
  "base",
  "wire",
  "sim",
  "kernel",
  "shell",
  "docker",
  "worlds",
  "protocol",
  "engine",
  "scenes",
]);

/** Packages that a room of the left tower may use; all other rooms of it stand on nothing. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = { protocol: ["valibot"] };

/** Doors beside the arrows: the page reads packets with the dissector, sorts them by tcpdump's filters, and starts the worker by its entry. */
const DOORS: readonly { from: string; to: RegExp }[] = [
  { from: "ui", to: /^src\/wire\/dissect(\/|[-.\w]*\.ts$)/ },
  { from: "ui", to: /^src\/wire\/filter\// },
  { from: "client", to: /^src\/engine\/worker\/(worker\.ts\?worker|whole\.ts\?iife)/ },
];

/** Every room that `room` may import from, itself included. */
export function reach(room: string): Set<string> {
  const below = BELOW[room] ?? [];
  return new Set([room, ...below.flatMap((next) => [...reach(next)])]);
}

/** The room a path of the repository lies in, or null outside the house. */
export function roomOf(path: string): string | null {
  if (path === "src/main.tsx") return "main";
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Why this import may not be, or null. */
function complaint(from: string, room: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) {
    const allowed = !LEFT_TOWER.has(room) || PACKAGES[room]?.includes(specifier);
    return allowed ? null : `${from}: the simulator stands on no package, but imports "${specifier}"`;
  }
  const target = posix.join(posix.dirname(from), specifier);
  if (DOORS.some((door) => door.from === room && door.to.test(target))) return null;
  const targetRoom = roomOf(target);
  if (targetRoom !== null && reach(room).has(targetRoom)) return null;
  return `${from}: ${room} may not import ${target}`;
}

/** What breaks the map among `sources`, one line each. Tests may look into every room. */
export function brokenImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === null || /\.test\.tsx?$/.test(source.path)) return [];
    if (!(room in BELOW)) return [`${source.path}: ${room} is not on the map (tests/tidy/rooms.ts)`];
    return importsOf(source).flatMap((specifier) => complaint(source.path, room, specifier) ?? []);
  });
}
