import { expect, test } from "vitest";
import { enCanvasMenu } from "../../../i18n/en/canvas-menu.ts";
import { layOut } from "../../motion/layout.ts";
import { oneHost, outside } from "../../motion/testing.ts";
import { deviceLine, nodeLine, wireLine } from "./hover-text.ts";

const views = [...oneHost(1), ...outside()];
const names = {
  nodes: Object.fromEntries(views.map((view) => [view.id, view])),
  devices: new Map(views.flatMap(({ id, links }) => links.map((link) => [link.dev, { link, node: id, gone: false }]))),
};
const t = enCanvasMenu;

test("a veth on a bridge says that there is no stack", () => {
  expect(deviceLine(101, names, t)).toBe("5: veth9c02e56 · port 1 of docker0 · no stack here: docker0 decides · up");
  expect(deviceLine(100, names, t)).toBe("4: eth0 · of nginx-1 · 172.17.0.2/16 · 02:42:ac:11:00:02 · MTU 1500 · up");
  expect(deviceLine(9999, names, t)).toBeNull();
});

test("a line says what it is, and which end is down", () => {
  const layout = layOut(views, { previous: null, placed: {}, open: new Set() });
  const veth = layout.wires.find((wire) => wire.kind === "veth")!;
  expect(wireLine(veth, names, t)).toBe("veth pair · nginx-1 eth0 – hostA veth9c02e56 · up");
  const host = names.devices.get(101)!;
  const devices = new Map([...names.devices, [101, { ...host, link: { ...host.link, up: false } }]]);
  expect(wireLine(veth, { ...names, devices }, t)).toBe(
    "veth pair · nginx-1 eth0 – hostA veth9c02e56 · veth9c02e56: down",
  );
});

test("a card says what it is, where it is reached, and what listens", () => {
  expect(nodeLine(names.nodes["hostA/nginx-1"]!, names.nodes, [80], t)).toBe(
    "nginx-1 · nginx · 172.17.0.2 · listens on :80",
  );
  const docked = { ...names.nodes["hostA/nginx-1"]!, netnsOwner: "hostA", links: [] };
  expect(nodeLine(docked, names.nodes, [], t)).toBe(
    "nginx-1 · nginx · in hostA’s namespace · 192.168.1.10 · 172.17.0.1",
  );
});
