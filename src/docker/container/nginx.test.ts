/** The web server as a program: what it says of a taken port, how it goes to the background, what it is asked by options. */
import { expect, test } from "vitest";
import { shellPrograms } from "../../shell/programs.ts";
import { runLine } from "../../shell/testing.ts";
import { dockerPrograms } from "../programs.ts";
import { type Bed, bed, pass, run } from "../testbed.ts";

/** Local ports of TCP listeners of a container, or of the host. */
function listeners(b: Bed, name: string | null): string[] {
  const container = Object.values(b.engine.containers).find((c) => c.name === name);
  const netns = container?.sandbox?.netns ?? 0;
  return b.world.sockets.flatMap((s) =>
    s?.netns === netns && s.tcp?.state === "LISTEN" ? [`${s.type} ${s.localPort}`] : [],
  );
}

test("listens for both families, until the container stops", () => {
  const b = bed();
  run(b, "docker run -d --name web nginx");
  pass(b, 0.1);
  expect(listeners(b, "web")).toEqual(["tcp 80", "tcp6 80"]);
  run(b, "docker stop web");
  expect(b.world.sockets.filter((s) => s?.tcp)).toEqual([]);
});

test("a taken port: five tries, half a second apart, then the end", () => {
  const b = bed();
  run(b, "docker run -d --net=host --name first nginx");
  run(b, "docker run -d --net=host --name second nginx");
  pass(b, 2.3);
  expect(run(b, "docker inspect -f {{.State.Status}} second").out).toBe("running\n");
  pass(b, 1);
  expect(run(b, "docker inspect -f {{.State.Status}} second").out).toBe("exited\n");
  const said = run(b, "docker logs second").err.split("\n");
  expect(said.length).toBe(12);
  expect(said[0]).toBe("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)");
  expect(said[1]).toBe("nginx: [emerg] bind() to [::]:80 failed (98: Address already in use)");
  expect(said[10]).toBe("nginx: [emerg] still could not bind()");
});

test("started by hand it goes to the background; -s stops it; -v, -t and others only answer", () => {
  const b = bed();
  run(b, "docker run -dit --name box busybox");
  expect(run(b, "docker exec box nginx -v").err).toBe("nginx version: nginx/1.22.1\n");
  expect(run(b, "docker exec box nginx -t").err).toMatch(/test is successful\n$/);
  expect(run(b, "docker exec box nginx -z")).toMatchObject({ exit: 1, err: 'nginx: invalid option: "-z"\n' });
  expect(run(b, "docker exec box nginx -s stop").exit).toBe(1);
  expect(run(b, "docker exec box nginx")).toMatchObject({ exit: 0, out: "", err: "" });
  expect(listeners(b, "box")).toEqual(["tcp 80", "tcp6 80"]);
  expect(run(b, "docker exec box nginx -s stop").exit).toBe(0);
  pass(b, 0.1);
  expect(listeners(b, "box")).toEqual([]);
  run(b, "docker exec box nginx");
  run(b, "docker rm -f box");
  expect(b.world.sockets.filter((s) => s?.tcp)).toEqual([]);
});

test("the page lies among the image's files: one written beside it comes first, and without any the folder is forbidden", () => {
  const { world } = bed();
  const programs = { ...shellPrograms, ...dockerPrograms };
  const answer = (line: string) => runLine(world, programs, line, 5e9).stdout;
  answer("docker run -d --name web nginx; sleep 1");
  const get = "curl -s 172.17.0.2//";
  expect(answer(`${get} | wc -c; docker exec web ls /var/www/html`)).toBe("615\nindex.nginx-debian.html\n");
  expect(answer(`docker exec web sh -c "echo hi > /var/www/html/index.html"; ${get}`)).toBe("hi\n");
  expect(answer(`docker exec web rm /var/www/html/index.html; ${get} | wc -c`)).toBe("615\n");
  answer("docker exec web rm /var/www/html/index.nginx-debian.html");
  expect(answer(get)).toContain("<title>403 Forbidden</title>");
});

const all = { ...shellPrograms, ...dockerPrograms };

test("notes who asked for what; its process is told of in /proc/1", () => {
  const b = bed();
  const run = (of: Bed, line: string) => runLine(of.world, all, line, 60e9, "hostA");
  run(b, "docker run -d --name web -p 8080:80 nginx");
  run(b, "curl -s http://172.17.0.2/");
  run(b, "curl -s -A 'a\"b' http://127.0.0.1:8080/nosuch");
  const log = run(b, "docker exec web cut -d' ' -f1,6- /var/log/nginx/access.log").stdout;
  expect(log.split("\n")).toEqual([
    '172.17.0.1 "GET / HTTP/1.1" 200 615 "-" "curl/7.88.1"',
    '172.17.0.1 "GET /nosuch HTTP/1.1" 404 153 "-" "a\\x22b"',
    "",
  ]);
  expect(run(b, "docker exec web cat /proc/1/comm /run/nginx.pid").stdout).toBe("nginx\n1\n");
});

test("TERM is there with a terminal only; a shell counts its level unless a program takes its place", () => {
  const b = bed();
  const run = (of: Bed, line: string) => runLine(of.world, all, line, 60e9, "hostA");
  run(b, "docker run -dit --name box -e A=b busybox");
  const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const seen = (line: string) =>
    run(b, line)
      .stdout.replace(/HOSTNAME=\w+/, "HOSTNAME=h")
      .split("\n")
      .slice(0, -1);
  expect(seen("docker exec box env")).toEqual([PATH, "HOSTNAME=h", "A=b", "HOME=/root"]);
  expect(seen("docker exec -t box env")[2]).toMatch(/^TERM=xterm/);
  const inBash = (level: number) => [
    "HOSTNAME=h",
    "PWD=/",
    "A=b",
    "HOME=/root",
    `SHLVL=${level}`,
    PATH,
    "_=/usr/bin/env",
  ];
  expect(seen("docker exec box bash -c env")).toEqual(inBash(0));
  expect(seen("docker exec box bash -c 'env | cat'")).toEqual(inBash(1));
  expect(run(b, "docker exec box printenv A NO HOME").stdout).toBe("b\n/root\n");
});

test("who connects and says nothing is hung up on after a minute", () => {
  const b = bed();
  const count = "ss -Htn state established dport = :80 | wc -l";
  const line = `docker run -d --name web nginx > x; sleep 1; nc -d 172.17.0.2 80 & sleep 59; ${count}; sleep 4; ${count}`;
  expect(runLine(b.world, all, line, 200e9, "hostA").stdout).toBe("1\n0\n");
});
