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
}

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** 2026-10-01 */
const BUILT_S = 1_790_812_800;

function image(repository: string, id: string, cmd: string[], exposedPorts: string[] = []): Image {
  return { repository, tag: "latest", id, cmd, env: [PATH], exposedPorts, size_bytes: 226_000_000, created_s: BUILT_S };
}

export const IMAGES: readonly Image[] = [
  image("nginx", "4d7ccbc584c81b4cd1a4a9f6bd1ab6bb1e1db2bd8bfc8ce4b4a2d5c1a30b7b53", ["/start.sh"], []),
  image("centos", "5d0da3dc976460b72c77d94c8a1ad043720b0416bfc16c52c45d4847e53fadb6", ["/bin/bash"]),
  image("busybox", "6471971747834c1f1e1a1ef5a3c2a9c7f9d5b6b0f06c4dd37d2a9af62ff77f0a", ["sh"]),
  image("alpine", "9c6f0724472873bb50a2ae67a9e7adcb57673a183cea8b06eb778dca859181b5", ["/bin/sh"]),
  image("debian", "c31f65dd4cc97e21eb440df2eba7d4ad6c05ba99ac9c2a9ab7ab1bda4ce0f93d", ["bash"]),
  image("ubuntu", "58db3edaf2be6e80f628796355b1bdeaf8bea1692b402f48b7e7b8d1ff100b02", ["bash"]),
];

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
