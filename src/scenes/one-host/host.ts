/** What the scenes on one Docker host have in common, and the names that the notes' machines had by chance. */
import type { Identities, LinkIdentity, Scene, Words } from "../../protocol/scene.ts";
import { lanWorld } from "../lan.ts";

type Action = Scene["actions"][number];

/** A scene on hostA, with nothing typed in it yet. */
export const ONE_HOST = {
  version: 1,
  world: lanWorld(1),
  dockers: ["hostA"],
  dockerd: { hostA: "--dns 203.0.113.53" },
  legacyIptables: true,
  seed: 31,
} as const satisfies Partial<Scene>;

/** Lines for hostA. */
export const atHost = (...lines: readonly string[]): Scene["setup"] => lines.map((line) => ({ node: "hostA", line }));

export const action = (node: string, line: string, en: string, zh: string): Action => ({
  title: { en, zh },
  node,
  line,
});

export const words = (en: string, zh: string): Words => ({ en, zh });

/** A link of the host that is no end of a pair, or whose other end has the number before its own, as Docker makes them. */
function link(ifindex: number, mac: string, master: string | null = null): LinkIdentity {
  return { ifindex, mac, peer_ifindex: master === null ? null : ifindex - 1, master };
}

/** The notes show the first twelve digits of an id. */
function container(shortId: string): { id: string; pid: number; hostname: string } {
  return { id: shortId + "5d0c7e19b3f84a62".repeat(4).slice(0, 64 - shortId.length), pid: 0, hostname: shortId };
}

/** nginx-1 and nginx-2, and their ends on docker0. */
export const NGINX_NAMES: Identities = {
  hostA: {
    links: {
      docker0: link(3, "02:42:d8:e4:df:c1"),
      veth9c02e56: link(5, "52:81:0b:24:3d:da", "docker0"),
      vethb4963f3: link(7, "7a:1c:90:5e:42:b8", "docker0"),
    },
    containers: { "nginx-1": container("2b3c181aecf1") },
  },
};

/** centos-a and centos-b. */
export const CENTOS_NAMES: Identities = {
  hostA: {
    links: {
      docker0: link(3, "02:42:8d:f2:68:07"),
      veth6935999: link(1198, "d2:07:e8:d3:82:15", "docker0"),
    },
    containers: { "centos-a": container("296ea2530c48"), "centos-b": container("934aafff5f1b") },
  },
};
