/** docker cp and docker update. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { runLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { bed, run } from "../testbed.ts";

const programs = { ...shellPrograms, ...dockerPrograms };

test("docker cp carries a file in and out, whether the container runs or not", () => {
  const { world } = bed();
  const host = (line: string) => runLine(world, programs, line, 2e9);
  host("docker run -d --name web busybox sleep 1000");
  host("echo page > /tmp/page.txt");
  expect(host("docker cp /tmp/page.txt web:/var/www/html/").exit).toBe(0);
  expect(host("docker exec web cat /var/www/html/page.txt").stdout).toBe("page\n");
  host("docker stop -t 0 web");
  expect(host("docker cp web:/var/www/html/page.txt /tmp/back; cat /tmp/back").stdout).toBe("page\n");
  host("docker cp /tmp/page.txt web:/tmp");
  host("docker start web");
  expect(host("docker exec web cat /tmp/page.txt").stdout).toBe("page\n");
});

test.each([
  ["docker cp web:/nosuch /tmp/x", "Error: No such container:path: web:/nosuch"],
  ["docker cp nosuch:/etc/hosts /tmp/x", "Error: No such container:path: nosuch:/etc/hosts"],
  ["docker cp /nosuch web:/tmp", "lstat /nosuch: no such file or directory"],
  ["docker cp web:/etc/hostname /no/x", 'invalid output path: directory "/no" does not exist'],
  ["docker cp web:/a web:/b", "copying between containers is not supported"],
  ["docker cp /a /b", "must specify at least one container source"],
  ["docker update web", "you must provide one or more flags when using this command"],
  ["docker update --restart never web", "Error response from daemon: invalid restart policy 'never'"],
  ["docker update --restart always nosuch", "Error response from daemon: No such container: nosuch"],
  [
    "docker run -m 1m busybox",
    "docker: Error response from daemon: Minimum memory limit allowed is 6MB.\nSee 'docker run --help'.",
  ],
])("%s is refused", (line, message) => {
  const b = bed();
  run(b, "docker run -d --name web busybox sleep 1000");
  expect(run(b, line).err).toBe(`${message}\n`);
});

test("docker update changes the restart policy and the limits", () => {
  const b = bed();
  run(b, "docker run -d --name web -m 64m --cpus 0.5 busybox sleep 1000");
  const shown = () =>
    run(b, "docker inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}} {{.HostConfig.NanoCPUs}}' web")
      .out;
  expect(shown()).toBe("no 67108864 500000000\n");
  expect(run(b, "docker update --restart unless-stopped -m 100m --cpus 2 web").out).toBe("web\n");
  expect(shown()).toBe("unless-stopped 104857600 2000000000\n");
  expect(run(b, "docker update -m 1g web").err).toContain(
    "Memory limit should be smaller than already set memoryswap limit",
  );
});
