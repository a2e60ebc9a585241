import { expect, test } from "vitest";
import { layOut } from "../../motion/layout.ts";
import { oneHost, outside } from "../../motion/testing.ts";
import { frameBetween, touchedBy } from "./pick.ts";

const layout = layOut([...oneHost(3), ...outside()], { previous: null, placed: {}, open: new Set() });

test("a frame takes the containers that it touches; a host only when all of it is inside; never a switch", () => {
  const first = layout.containers.get("hostA/nginx-1")!.rect;
  const second = layout.containers.get("hostA/nginx-2")!.rect;
  const corner = frameBetween({ x: second.x + 4, y: second.y + 4 }, { x: first.x + first.width - 4, y: first.y + 20 });
  expect(touchedBy(corner, layout)).toEqual(["hostA/nginx-1", "hostA/nginx-2"]);
  const { x, y, width, height } = layout.bounds;
  const all = touchedBy({ x: x - 1, y: y - 1, width: width + 2, height: height + 2 }, layout);
  expect(all).toEqual(["hostA", "gw", "internet", "hostA/nginx-1", "hostA/nginx-2", "hostA/nginx-3"]);
});

test("a frame can be drawn in any direction", () => {
  expect(frameBetween({ x: 5, y: 9 }, { x: 2, y: 3 })).toEqual({ x: 2, y: 3, width: 3, height: 6 });
});
