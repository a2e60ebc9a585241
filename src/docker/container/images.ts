/** The images that stand ready. All share one Debian root with the usual tools; they differ in what they start. */

export interface Image {
  repository: string;
  tag: string;
  /** 64 hex digits of sha256. */
  id: string;
  /** Config.Cmd of the image. */
  cmd: string[];
  env: string[];
  exposedPorts: string[];
  size_bytes: number;
  /** When it was built, in seconds since 1970. */
  created_s: number;
  /** The id of the image that it is built on; "" for none. */
  parent: string;
  /** What its main process writes into the container's own layer. */
  written_bytes: number;
}

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** 2026-10-01 */
const BUILT_S = 1_790_812_800;
const BASE = "4d7ccbc584c81b4cd1a4a9f6bd1ab6bb1e1db2bd8bfc8ce4b4a2d5c1a30b7b53";

function image(repository: string, id: string, cmd: string[], more: Partial<Image> = {}): Image {
  const built = { size_bytes: 300_000_000, created_s: BUILT_S, parent: "", written_bytes: 0 };
  return { repository, tag: "latest", id, cmd, env: [], exposedPorts: [], ...built, ...more };
}

/** The newest first, as they are listed: nginx was imported, the others are built on it and so have a PATH in their configuration. */
export const IMAGES: readonly Image[] = [
  image("busybox", "6471971747834c1f1e1a1ef5a3c2a9c7f9d5b6b0f06c4dd37d2a9af62ff77f0a", ["sh"], {
    env: [PATH],
    parent: BASE,
  }),
  image("centos", "5d0da3dc976460b72c77d94c8a1ad043720b0416bfc16c52c45d4847e53fadb6", ["/bin/bash"], {
    env: [PATH],
    parent: BASE,
  }),
  // Its server leaves its pid in a file.
  image("nginx", BASE, ["/start.sh"], { written_bytes: 2 }),
];

/** Whether an image is another or built on it. */
export function descends(image: Image | null, from: Image | null): boolean {
  return image !== null && from !== null && (image.id === from.id || image.parent === from.id);
}

/** What `docker run` makes of an image's name. */
export interface ImageReference {
  /** "nginx", "library/nginx" and "docker.io/library/nginx" are one: "nginx". */
  familiar: string;
  tag: string;
}

const NAME =
  /^(?:(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@[\w:+.-]+)?$/;

/** reference.ParseNormalizedNamed; null: "invalid reference format". */
export function parseReference(text: string): ImageReference | null {
  const match = NAME.exec(text);
  if (!match) return null;
  const tag = match[1] ?? "latest";
  const name = match[1] === undefined ? text : text.slice(0, -(tag.length + 1));
  return { familiar: name.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, ""), tag };
}

/** The image of a name or of an id's beginning. */
export function findImage(text: string): Image | null {
  const reference = parseReference(text);
  const named = IMAGES.find((i) => i.repository === reference?.familiar && i.tag === reference.tag);
  if (named) return named;
  const hex = text.replace(/^sha256:/, "");
  if (!/^[0-9a-f]{2,64}$/.test(hex)) return null;
  const found = IMAGES.filter((i) => i.id.startsWith(hex));
  return found.length === 1 ? (found[0] as Image) : null;
}
