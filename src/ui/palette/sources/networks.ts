// What can be done with hosts and their bridges: run an image, make and remove networks, take a bridge down, add a host.
import type { LinkView, NodeView } from "../../../protocol/view.ts";
import { createNetwork, removeNetwork, runImage, runOnBridge, setLink } from "../../canvas/gestures/act.ts";
import { dockerNetwork } from "../../canvas/gestures/docker-network.ts";
import { bip, freeSubnet, lansOf, nextHost } from "../../canvas/gestures/hosts.ts";
import { isLocked } from "../../store/locks.ts";
import { notify } from "../../store/notices.ts";
import { addHost } from "../../store/session.ts";
import { worldStore } from "../../store/stores.ts";
import type { Entry } from "../entry.ts";
import { both, type PaletteText } from "../text.ts";
import { saveCapture } from "./page.ts";

const IMAGES = ["nginx", "busybox", "centos"] as const;

export function networkEntries(): Entry[] {
  const { nodes } = worldStore.getState();
  const hosts = Object.values(nodes).filter((node) => node.kind === "docker-host" && node.container === null);
  const captures = Object.values(nodes).flatMap((node) => (hosts.includes(node) ? capturesOf(node) : []));
  if (isLocked("topology")) return captures;
  return [...hosts.flatMap((host) => [...runs(host), ...bridges(host)]), ...newHosts(), ...captures];
}

function make(id: string, say: (t: PaletteText) => string, does: () => void): Entry {
  return { id, group: "network", title: both(say), does };
}

function runs(host: NodeView): Entry[] {
  const networks = host.links.filter((link) => link.kind === "bridge" && dockerNetwork(host.id, link) !== null);
  return [
    ...IMAGES.flatMap((image) => [
      ...networks.map(({ dev, name }) =>
        make(
          `run ${image} ${host.id} ${dev}`,
          (t) => t.run(image, name, host.name),
          () => runOnBridge(host.id, image, dev),
        ),
      ),
      make(
        `run ${image} ${host.id} host`,
        (t) => t.runHost(image, host.name),
        () => runImage(host.id, image, { type: "host" }),
      ),
      make(
        `run ${image} ${host.id} none`,
        (t) => t.runNone(image, host.name),
        () => runImage(host.id, image, { type: "none" }),
      ),
    ]),
    make(
      `network ${host.id}`,
      (t) => t.createNetwork(host.name),
      () => createNetwork(host.id),
    ),
  ];
}

function bridges(host: NodeView): Entry[] {
  return host.links
    .filter((link) => link.kind === "bridge")
    .flatMap((link) => {
      const updown = make(
        `link ${link.dev}`,
        (t) => (link.up ? t.linkDown : t.linkUp)(link.name, host.name),
        () => setLink(host.id, link.name, !link.up),
      );
      return isOwnNetwork(host, link)
        ? [
            updown,
            make(
              `network-rm ${link.dev}`,
              (t) => t.removeNetwork(link.name, host.name),
              () => removeNetwork(host.id, link.dev),
            ),
          ]
        : [updown];
    });
}

/** Docker's own first network cannot be removed. */
function isOwnNetwork(host: NodeView, link: LinkView): boolean {
  const network = dockerNetwork(host.id, link);
  return network !== null && network !== "bridge";
}

/** A host more on each LAN, with the containers' subnet that the others have or one of its own. */
function newHosts(): Entry[] {
  const { nodes } = worldStore.getState();
  const n = freeSubnet(nodes);
  return lansOf(nodes).flatMap((lan) =>
    ["", bip(n)].flatMap((dockerd) => {
      const host = nextHost(nodes, lan, dockerd);
      if (host === null) return [];
      const { name } = host.spec;
      const subnet = (t: PaletteText) => (dockerd === "" ? t.sameSubnet : `172.17.${n}.0/24`);
      const add = async () => {
        if (!(await addHost(host))) return;
        notify("note", (t) => t.networks.hostAdded(name, String(host.spec.interfaces[0]?.ipv4)));
      };
      return [
        make(
          `host ${lan.machine} ${dockerd}`,
          (t) => t.addHost(name, subnet(t)),
          () => void add(),
        ),
      ];
    }),
  );
}

function capturesOf(host: NodeView): Entry[] {
  return host.links
    .filter((link) => link.kind !== "veth")
    .map((link) => ({
      id: `capture ${link.dev}`,
      group: "file",
      title: both((t) => t.captureOf(link.name, host.name)),
      does: () => void saveCapture(link.dev, `${host.name}-${link.name}`),
    }));
}
