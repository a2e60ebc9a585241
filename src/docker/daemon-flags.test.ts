import { expect, test } from "vitest";
import { formatIpv4 } from "../wire/address.ts";
import { parseDaemonFlags } from "./daemon-flags.ts";
import { bed, run } from "./testbed.ts";

test("--fixed-cidr says where docker0's containers get their addresses", () => {
  const b = bed("--bip 10.200.0.1/24 --fixed-cidr 10.200.0.128/25");
  run(b, "docker run -d --name web nginx");
  expect(run(b, "docker inspect -f {{.NetworkSettings.IPAddress}} web").out).toBe("10.200.0.128\n");
  expect(run(b, "docker network inspect -f '{{json .IPAM.Config}}' bridge").out).toBe(
    '[{"Subnet":"10.200.0.0/24","IPRange":"10.200.0.128/25","Gateway":"10.200.0.1"}]\n',
  );
});

test("without --bip docker0 takes the first address of --fixed-cidr itself", () => {
  const b = bed("--fixed-cidr=172.17.128.0/17");
  run(b, "docker run -d --name web nginx");
  expect(run(b, "docker network inspect -f '{{json .IPAM.Config}}' bridge").out).toContain('"172.17.128.0/17"');
  expect(run(b, "docker inspect -f {{.NetworkSettings.IPAddress}} web").out).toBe("172.17.128.1\n");
});

test("--default-address-pool is where docker0 and new networks get their subnets", () => {
  const b = bed("--default-address-pool base=10.50.0.0/16,size=24");
  run(b, "docker network create one");
  expect(run(b, "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' bridge one").out).toBe(
    "10.50.0.0/24\n10.50.1.0/24\n",
  );
});

test("--ip is the address of ports published on docker0", () => {
  const b = bed("--ip 127.0.0.1");
  run(b, "docker run -d --name web -p 8080:80 nginx");
  expect(run(b, "docker port web").out).toBe("80/tcp -> 127.0.0.1:8080\n");
});

test("flags without anything to see are taken, unknown ones are a mistake of the scene", () => {
  const settings = parseDaemonFlags("--debug --log-level info --mtu=1400");
  expect([settings.mtu, formatIpv4(settings.bip.address)]).toEqual([1400, "172.17.0.1"]);
  expect(() => parseDaemonFlags("--frob 1")).toThrow("unknown flag --frob");
});
