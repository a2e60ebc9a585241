/** The userland proxy: it listens while the container runs, carries both ways, and says so when the port is taken. */
import { expect, test } from "vitest";
import { sendTo, socketBind } from "../../kernel/socket/inet.ts";
import { socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import { tcpBind, tcpConnect, tcpListen, tcpRecv, tcpSend } from "../../kernel/tcp/api.ts";
import { type Ipv4, ipv4 } from "../../wire/address.ts";
import { type Bed, bed, pass, run } from "../testbed.ts";

/** Ports of the host's TCP listeners. */
function listeners(b: Bed): number[] {
  return b.world.sockets.flatMap((s) => (s?.netns === 0 && s.tcp?.state === "LISTEN" ? [s.localPort] : []));
}

/** What the server says to a request that comes to the host's loopback. */
function ask(b: Bed, port: number): string {
  const id = socketCreate(b.world, 0, 9999, "tcp", 6);
  tcpConnect(b.world, id, ipv4("127.0.0.1"), port);
  pass(b, 0.1);
  const sent = tcpSend(b.world, id, new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
  pass(b, 0.5);
  const got = sent > 0 ? tcpRecv(b.world, id) : null;
  return got instanceof Uint8Array ? new TextDecoder().decode(got) : "";
}

test("a published port answers on the host's loopback, until the container stops", () => {
  const b = bed();
  run(b, "docker run -d --name web -p 8080:80 nginx");
  pass(b, 0.1);
  expect(listeners(b)).toEqual([8080]);
  expect(ask(b, 8080)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Welcome to nginx!.*<\/html>\n$/s);
  run(b, "docker stop web");
  expect(listeners(b)).toEqual([]);
  run(b, "docker start web");
  expect(listeners(b)).toEqual([8080]);
});

test("datagrams go to the container and their answers back", () => {
  const b = bed();
  run(b, "docker run -d --name dns -p 5353:53/udp nginx");
  const space = Object.values(b.engine.containers)[0]?.sandbox?.netns as number;
  const server = socketCreate(b.world, space, 9999, "udp", 17);
  socketBind(b.world, server, ipv4("0.0.0.0"), 53);
  const client = socketCreate(b.world, 0, 9999, "udp", 17);
  for (const byte of [1, 2]) {
    sendTo(b.world, client, { address: ipv4("127.0.0.1"), port: 5353, payload: Uint8Array.of(byte) });
    pass(b, 0.1);
    const asked = socketRecv(b.world, server);
    expect(asked?.bytes[0]).toBe(byte);
    sendTo(b.world, server, {
      address: asked?.source as Ipv4,
      port: asked?.sourcePort as number,
      payload: Uint8Array.of(10 * byte),
    });
    pass(b, 0.1);
    expect(socketRecv(b.world, client)).toMatchObject({ sourcePort: 5353, bytes: Uint8Array.of(10 * byte) });
  }
});

test("a port that another process has cannot be published", () => {
  const b = bed();
  const other = socketCreate(b.world, 0, 9999, "tcp", 6);
  tcpBind(b.world, other, ipv4("0.0.0.0"), 8080);
  tcpListen(b.world, other, 5);
  const said = run(b, "docker run -d --name web -p 8080:80 nginx");
  expect(said.exit).toBe(125);
  expect(said.err).toContain("Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use.");
});

test("without the userland proxy dockerd itself keeps the port, and gives it back", () => {
  const b = bed("--userland-proxy=false");
  run(b, "docker run -d --name web -p 8080:80 nginx");
  expect(listeners(b)).toEqual([8080]);
  expect(b.engine.ports[0]?.proxy).toBe(null);
  run(b, "docker rm -f web");
  expect(listeners(b)).toEqual([]);
});
