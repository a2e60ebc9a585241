/** The operational state of a veth whose other end has left for another namespace. */
import { expect, test } from "vitest";
import { addMachine, createNetns } from "../netns.ts";
import { made } from "../testing/lab.ts";
import { createWorld } from "../world.ts";
import { operstate } from "./carrier.ts";
import { devMoveNetns, devOpen } from "./device.ts";
import { createVeth } from "./veth.ts";

test("what was seen of the other end before it left stays until the carrier changes", () => {
  const world = createWorld(1);
  const machine = addMachine(world, "host");
  const netns = machine.initNetns;
  const away = createNetns(world, machine.id, "away").id;
  const [a, b] = made(createVeth(world, { netns, name: "a" }, { netns, name: "b" }));
  devMoveNetns(world, b.id, away);
  devOpen(world, b.id);
  expect(operstate(world, b)).toBe("LOWERLAYERDOWN");
  devOpen(world, a.id);
  expect([a, b].map((device) => operstate(world, device))).toEqual(["UP", "UP"]);
});

test("of one that was made elsewhere nothing has been seen", () => {
  const world = createWorld(1);
  const machine = addMachine(world, "host");
  const away = createNetns(world, machine.id, "away").id;
  const [, b] = made(createVeth(world, { netns: machine.initNetns, name: "a" }, { netns: away, name: "b" }));
  devOpen(world, b.id);
  expect(operstate(world, b)).toBe("DOWN");
});
