import { describe, expect, test } from "vitest";
import { civilTime } from "../../shell/text/date.ts";
import { humanDuration } from "../clock.ts";
import { findImage, parseReference } from "../container/images.ts";
import { bed, run } from "../testbed.ts";
import { displayPorts } from "./commands/ps.ts";
import { parsePublished } from "./commands/run-config.ts";
import { COMMANDS } from "./commands.ts";
import { flag, flagUsages, parseFlags } from "./flags.ts";
import { alignColumns } from "./table.ts";
import { commandHelp } from "./usage.ts";

const FLAGS = [
  flag("detach|d", "bool", "Detach"),
  flag("tty|t", "bool", "Terminal"),
  flag("env|e", "list", "Environment"),
  flag("time", "int", "Seconds", { default: "10" }),
  flag("net", "list", "", { alias: "network", hidden: true }),
  flag("network", "list", "Network"),
];

describe("flags", () => {
  test.each([
    [["-dt", "-eA=1", "-e", "B=2", "--env=C", "x"], { detach: ["true"], tty: ["true"], env: ["A=1", "B=2", "C"] }],
    [["--net=red", "--time", "-1", "--detach=false"], { network: ["red"], time: ["-1"], detach: ["false"] }],
  ])("%j", (words, values) => {
    expect(parseFlags(FLAGS, words, true)).toMatchObject({ values });
  });

  test("end at the first argument if they may not be interspersed, and at --", () => {
    expect(parseFlags(FLAGS, ["-d", "image", "-t"], false)).toMatchObject({ args: ["image", "-t"] });
    expect(parseFlags(FLAGS, ["a", "-d", "--", "-t"], true)).toMatchObject({ args: ["a", "-t"] });
  });

  test.each([
    [["-net=host"], "unknown shorthand flag: 'n' in -net=host"],
    [["-dx"], "unknown shorthand flag: 'x' in -x"],
    [["--frob"], "unknown flag: --frob"],
    [["--env"], "flag needs an argument: --env"],
    [["-e"], "flag needs an argument: 'e' in -e"],
    [["--=x"], "bad flag syntax: --=x"],
    [["--time", "x"], 'invalid argument "x" for "--time" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [["-d=x"], 'invalid argument "x" for "-d, --detach" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  ])("%j is refused", (words, message) => {
    expect(parseFlags(FLAGS, words, true)).toBe(message);
  });

  test("usages stand in columns", () => {
    expect(flagUsages(FLAGS)).toBe(
      "  -d, --detach         Detach\n  -e, --env list       Environment\n      --network list   Network\n      --time int       Seconds (default 10)\n  -t, --tty            Terminal",
    );
  });
});

test("long usages are wrapped below where they begin", () => {
  const words = "one two three four five six seven eight nine ten eleven twelve thirteen";
  const [first, second] = flagUsages([flag("frobnicate", "string", words)]).split("\n") as [string, string];
  expect(first).toBe("      --frobnicate string   one two three four five six seven eight nine");
  expect(second).toBe(`${" ".repeat(28)}ten eleven twelve thirteen`);
});

test("-h is --help, but for a warning, where it is nothing else", () => {
  const b = bed();
  expect(run(b, "docker network ls -h").out).toMatch(
    /^Flag shorthand -h has been deprecated, please use --help\n\nUsage: {2}docker/,
  );
  expect(run(b, "docker run -h").err).toMatch(/^flag needs an argument: 'h' in -h\n/);
});

test("columns are aligned as tabwriter does it: only neighbours share a width", () => {
  expect(alignColumns("A\tB\tC\naaaaaaaaaaaaaaaa\tb\tc\n", 10, 3)).toBe(
    "A                  B         C\naaaaaaaaaaaaaaaa   b         c\n",
  );
  expect(alignColumns("x:\n a\tb\ny\n lllllllllll\tm\n", 3, 1)).toBe("x:\n a b\ny\n lllllllllll m\n");
});

test.each([
  [0.4, "Less than a second"],
  [1.9, "1 second"],
  [59, "59 seconds"],
  [61, "About a minute"],
  [150, "2 minutes"],
  [3600, "About an hour"],
  [7200, "2 hours"],
  [3 * 86_400, "3 days"],
  [20 * 86_400, "2 weeks"],
  [90 * 86_400, "3 months"],
  [800 * 86_400, "2 years"],
])("%d s are %s", (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});

test("dates", () => {
  expect(civilTime(0)).toMatchObject({ year: 1970, month: 1, day: 1 });
  expect(civilTime(1_709_164_800 + 3661)).toEqual({
    year: 2024,
    month: 2,
    day: 29,
    weekday: 4,
    yearDay: 60,
    hour: 1,
    minute: 1,
    second: 1,
  });
});

test("ports as docker ps shows them", () => {
  const tcp = (hostPort: number, port: number) => ({ hostIp: "0.0.0.0", hostPort, port, protocol: "tcp" as const });
  expect(displayPorts([tcp(8080, 80)], ["80/tcp", "443/tcp"])).toBe("443/tcp, 0.0.0.0:8080->80/tcp");
  expect(displayPorts([tcp(80, 80), tcp(81, 81)], [])).toBe("0.0.0.0:80-81->80-81/tcp");
});

test.each([
  ["8080:80", [{ hostIp: "", hostPort: "8080", port: 80, protocol: "tcp" }]],
  ["127.0.0.1::53/udp", [{ hostIp: "127.0.0.1", hostPort: "", port: 53, protocol: "udp" }]],
  ["80", [{ hostIp: "", hostPort: "", port: 80, protocol: "tcp" }]],
])("-p %s", (spec, value) => {
  expect(parsePublished([spec])).toEqual({ ok: true, value });
});

test.each([
  ["a:80", "Invalid hostPort: a"],
  ["80:b", "Invalid containerPort: b"],
  ["80:80/x", "Invalid proto: x"],
  ["99999:80", "Invalid hostPort: 99999"],
  ["1.2.3.400:80:80", "Invalid ip address: 1.2.3.400"],
])("-p %s is refused", (spec, error) => {
  expect(parsePublished([spec])).toEqual({ ok: false, error });
});

test("image names", () => {
  expect(parseReference("docker.io/library/nginx:1.2")).toEqual({ familiar: "nginx", tag: "1.2" });
  expect(parseReference("–d")).toBeNull();
  expect(parseReference("Upper")).toBeNull();
  expect(findImage("library/nginx")?.repository).toBe("nginx");
  expect(findImage("647197174783")?.repository).toBe("busybox");
  expect(findImage("nginx:1")).toBeNull();
});

test("every command has a help text with its usage line", () => {
  for (const command of COMMANDS) {
    expect(command.use.startsWith(command.path)).toBe(true);
    expect(commandHelp(command)).toContain(`Usage:  docker ${command.use}\n\n${command.short}\n`);
  }
});

test.each([
  ["docker frob", 1, "docker: 'frob' is not a docker command.\nSee 'docker --help'\n"],
  ["docker trust inspect", 1, "docker trust: docker0 Playground does not have this command\n"],
  ["docker volume create x", 1, "playground: volumes are not simulated\n"],
  ["docker volume rm x", 1, "Error: No such volume: x\n"],
  ["docker ps extra", 1, /^"docker ps" accepts no arguments\.\nSee 'docker ps --help'\.\n\nUsage: {2}docker ps/],
  ["docker exec x", 1, /^"docker exec" requires at least 2 arguments\./],
  ["docker network rm", 1, /^"docker network rm" requires at least 1 argument\./],
  ["docker port", 1, /^"docker port" requires at least 1 and at most 2 arguments\./],
  ["docker run -net=host nginx", 125, "unknown shorthand flag: 'n' in -net=host\nSee 'docker run --help'.\n"],
  ["docker run –d nginx", 125, "docker: invalid reference format.\nSee 'docker run --help'.\n"],
  [
    "docker run nowhere",
    125,
    /^Unable to find image 'nowhere:latest' locally\ndocker: Error response from daemon: Get "https:/,
  ],
  ["docker run -d --name x nginx", 125, /^docker: Error response from daemon: Invalid container name \(x\), only/],
  ["docker run --dns x nginx", 125, /^invalid argument "x" for "--dns" flag: x is not an ip address\n/],
  ["docker run --rm --restart always nginx", 125, /^docker: Conflicting options: --restart and --rm\.\n/],
  ["docker run -d --net=container:nope nginx", 125, "docker: Error response from daemon: No such container: nope.\n"],
  ["docker run -it nginx", 1, "the input device is not a TTY\n"],
  ["docker run --cap-add FOO nginx", 125, /invalid CapAdd: unknown capability: "CAP_FOO"\.\n/],
  ["docker run -w etc nginx", 125, /the working directory 'etc' is invalid, it needs to be an absolute path\.\n/],
  ["docker run --net=a --net=b nginx", 125, /Container cannot be connected to network endpoints: a, b\.\n/],
  [
    "docker run --net=host --mac-address 02:42:ac:11:00:63 nginx",
    125,
    /conflicting options: mac-address and the network/,
  ],
  ["docker run --net=bridge --link x nginx", 125, /^docker: links are only supported for user-defined networks\.\n/],
  [
    "docker run --net=bridge --net=x nginx",
    125,
    /cannot attach both user-defined and non-user-defined network-modes\.\n/,
  ],
  ["docker run --link x nginx", 125, /could not get container for x: No such container: x\.\n/],
  ["docker run --dns bad nginx", 125, /^invalid argument "bad" for "--dns" flag: bad is not an ip address\n/],
  ["docker run Nginx", 125, /^docker: invalid reference format: repository name must be lowercase\.\n/],
  ["docker run --expose x nginx", 125, /--expose: x, error: strconv\.ParseUint: parsing "x": invalid syntax\.\n/],
  ["docker run -u nosuch nginx", 125, /unable to find user nosuch: no matching entries in passwd file\.\n/],
  ["docker network create --subnet 10.6.0.0/33 x", 1, /daemon: Invalid subnet 10\.6\.0\.0\/33 : invalid CIDR address/],
  [
    "docker network create --subnet 10.6.0.0/24 --subnet 10.7.0.0/24 x",
    1,
    /bridge driver doesn't support multiple subnets\n/,
  ],
  ["docker network create --ipv6 x", 1, /could not find an available, non-overlapping IPv6 address pool/],
  ["docker network create --scope swarm x", 1, /cannot create a swarm scoped network when swarm is not active\n/],
  [
    "docker network create -o com.docker.network.bridge.name=averyveryverylongname x",
    1,
    "Error response from daemon: failed to check bridge interface existence: numerical result out of range\n",
  ],
  [
    "docker network create -o com.docker.network.driver.mtu=abc x",
    1,
    /failed to parse com\.docker\.network\.driver\.mtu value: abc \(strconv\.Atoi: parsing "abc": invalid syntax\)\n/,
  ],
  ["docker network create -o com.docker.network.bridge.enable_icc=x y", 1, /\(strconv\.ParseBool: parsing "x"/],
  [
    "docker run -d --sysctl net.nosuch=1 nginx",
    127,
    /error during container init: open \/proc\/sys\/net\/nosuch: no such file/,
  ],
  [
    "docker run -d --net host --sysctl net.ipv4.ip_forward=1 nginx",
    125,
    /not allowed in host network namespace: unknown\.\n/,
  ],
  ["docker network disconnect -f bridge nope", 1, "Error response from daemon: endpoint nope not found\n"],
  ["docker unpause nope", 1, "Error response from daemon: No such container: nope\n"],
  ["docker kill nope", 1, "Error response from daemon: Cannot kill container: nope: No such container: nope\n"],
  [
    "docker rename nope new",
    1,
    "Error response from daemon: No such container: nope\nError: failed to rename container named nope\n",
  ],
  [
    "docker network create bridge",
    1,
    "Error response from daemon: operation is not permitted on predefined bridge network \n",
  ],
  ["docker network create --subnet fd00::/64 x", 1, "playground: a network with IPv6 addresses is not simulated\n"],
  ["docker run --pull never nope", 125, /^docker: Error response from daemon: No such image: nope:latest\.\n/],
  ["docker run --pull often nginx", 125, /invalid pull option: 'often'/],
  ["docker network rm nope", 1, "Error: No such network: nope\n"],
  ["docker network connect nope nope", 1, "Error response from daemon: No such container: nope\n"],
  ["docker ps --filter x", 125, /bad format of filter \(expected name=value\)/],
  ["docker ps --filter x=y", 1, "Error response from daemon: Invalid filter 'x'\n"],
  [
    "docker inspect -f {{.Nope}} bridge",
    1,
    /^template parsing error: template: :1:2: executing "" at <\.Nope>: map has no entry/,
  ],
  ["docker inspect -f {{ bridge", 64, "template parsing error: template: :1: unclosed action\n"],
  ["docker network frob", 1, /^\nUsage: {2}docker network COMMAND\n\nManage networks\n\nCommands:\n {2}connect/],
])("%s", (line, status, message) => {
  const ran = run(bed(), line);
  expect(ran.exit).toBe(status);
  expect(ran.err).toMatch(
    typeof message === "string" ? new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : message,
  );
});

test("lists by templates", () => {
  const b = bed();
  run(b, "docker run -d --name web-1 --label tier=front nginx");
  expect(run(b, "docker ps -q").out).toMatch(/^[0-9a-f]{12}\n$/);
  expect(run(b, "docker ps --no-trunc -q").out).toMatch(/^[0-9a-f]{64}\n$/);
  expect(run(b, 'docker ps --format "table {{.Names}}\\t{{.Label \\"tier\\"}}"').exit).toBe(1);
  expect(run(b, "docker ps --format '{{.Names}} {{.Label \"tier\"}} {{.Networks}}'").out).toBe("web-1 front bridge\n");
  expect(run(b, "docker ps --filter label=tier=back --format {{.ID}}").out).toBe("");
  expect(run(b, "docker ps --format {{.Nope}}").err).toBe(
    'failed to execute template: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type *formatter.ContainerContext\n',
  );
  expect(run(b, "docker network ls --filter type=custom -q").out).toBe("");
  expect(run(b, "docker images --format '{{.Repository}}:{{.Tag}}' nginx").out).toBe("nginx:latest\n");
  expect(run(b, "docker version --format {{.Server.Version}}").out).toBe("20.10.24+dfsg1\n");
  run(b, "docker network create back");
  run(b, "docker network connect back web-1");
  expect(run(b, "docker ps --format {{.Networks}}").out).toBe("back,bridge\n");
  run(b, "docker stop -t 0 web-1");
  expect(run(b, "docker inspect -f {{.NetworkSettings.SandboxID}} web-1").out).toMatch(/^[0-9a-f]{64}\n$/);
});

test("docker system prune removes what has stopped and networks that nobody is in", () => {
  const b = bed();
  run(b, "docker network create empty");
  run(b, "docker create --name idle busybox");
  const { out } = run(b, "docker system prune -f");
  expect(out).toMatch(/^Deleted Containers:\n[0-9a-f]{64}\n\nDeleted Networks:\nempty\n\nTotal reclaimed space: 0B\n$/);
  expect(run(b, "docker ps -aq; docker network ls -q --filter type=custom").out).toBe("");
  expect(run(b, "docker system prune -af").exit).toBe(1);
});

test("docker volume ls has a heading only; docker volume prune frees nothing", () => {
  const b = bed();
  expect(run(b, "docker volume ls").out).toBe("DRIVER    VOLUME NAME\n");
  expect(run(b, "docker volume prune -f").out).toBe("Total reclaimed space: 0B\n");
});
