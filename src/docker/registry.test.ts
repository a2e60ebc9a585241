import { expect, test } from "vitest";
import { bed, run } from "./testbed.ts";

test("an image that isn't here is looked for, in vain", () => {
  const b = bed();
  const node = b.world.nodes.hostA;
  if (node) node.files["/etc/resolv.conf"] = "nameserver 203.0.113.53\n";
  const said = run(b, "docker run nosuch");
  expect(said.exit).toBe(125);
  expect(said.err).toBe(
    "Unable to find image 'nosuch:latest' locally\n" +
      'docker: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 203.0.113.53:53: ' +
      "dial udp 203.0.113.53:53: connect: network is unreachable.\nSee 'docker run --help'.\n",
  );
  expect(run(b, "docker create nosuch").exit).toBe(1);
  expect(run(b, "docker pull nginx")).toMatchObject({ out: "Using default tag: latest\n", exit: 1 });
});
