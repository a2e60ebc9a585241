/**
 * What is exported as pcapng, read by tshark where that is installed: every scene after its actions. Nothing in it is malformed, no
 * checksum is wrong, and each field lies where the packet panel shows it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerQuery } from "../../src/engine/query.ts";
import { act, createSession, runTo, type Session } from "../../src/engine/session.ts";
import type { Scene } from "../../src/protocol/scene.ts";
import { SCENES } from "../../src/scenes/scenes.ts";
import { type DissectedField, dissect } from "../../src/wire/dissect.ts";
import "../../src/worlds/whole.ts";

const folder = mkdtempSync(join(tmpdir(), "captures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A thousand containers say nothing here that three don't. */
const scenes = SCENES.filter((scene) => scene.id !== "docker0-full");
const CHECKED = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
const MOST_PACKETS = 60;
/** Linux's own port for VXLAN, which tshark takes for another protocol. */
const DECODED = ["-d", "udp.port==8472,vxlan"];

function tshark(...args: string[]): string {
  const done = spawnSync("tshark", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return done.error === undefined ? done.stdout : "";
}
const isThere = tshark("--version") !== "";

/** Every action of the scene, one after the other, and time for each. */
function acted(scene: Scene): Session {
  const session = createSession(scene);
  const containers = Object.values(session.world.engines).flatMap((engine) => Object.values(engine.containers));
  for (const { node, line } of scene.actions) {
    const id = containers.find((one) => one.name === node)?.node ?? node;
    act(session, id, { type: "exec", line });
    runTo(session, session.world.now_ns + 6e9);
    act(session, id, { type: "interrupt" });
  }
  return session;
}

function capture(session: Session, dev: number | null, name: string): string {
  const answer = answerQuery(session, { kind: "pcapng", dev });
  const path = join(folder, `${name}.pcapng`);
  writeFileSync(path, answer.kind === "pcapng" ? answer.bytes : "");
  return path;
}

/** A field's name, and where it lies: "ip.src@26+4". */
type Places = Set<string>;

/** Where tshark finds the fields of a packet; a part of a byte only by where it begins. */
function placesOf(value: unknown, into: Places = new Set()): Places {
  if (typeof value !== "object" || value === null) return into;
  for (const [key, item] of Object.entries(value)) {
    if (!key.endsWith("_raw") || !Array.isArray(item)) placesOf(item, into);
    else
      for (const [, at, length] of (Array.isArray(item[0]) ? item : [item]) as [string, number, number][]) {
        into
          .add(`${key.slice(0, -4)}@${at}`)
          .add(`${key.slice(0, -4)}@${at}+${length}`)
          .add(key.slice(0, -4));
      }
  }
  return into;
}

const flat = (fields: readonly DissectedField[]): DissectedField[] =>
  fields.flatMap((field) => [field, ...flat(field.children ?? [])]);

/** Fields that lie elsewhere than tshark says, among those that both know. */
function disagreements(hex: string, places: Places): string[] {
  const layers = dissect(Uint8Array.from(Buffer.from(hex, "hex"))).filter((layer) => layer.quoted !== true);
  return (
    flat(layers.flatMap((layer) => layer.fields))
      // RFC 7348 has 8 bits of flags; tshark counts the byte behind them in, which group policies use.
      .filter(({ key }) => places.has(key) && key !== "vxlan.flags")
      .filter(({ key, offset, length, bits }) => {
        if (bits === undefined) return !places.has(`${key}@${offset}+${length}`);
        // Of bits tshark names the word that they are in, the panel their byte.
        return !places.has(`${key}@${offset}`) && !places.has(`${key}@${offset - 1}`);
      })
      .map(({ key, offset, length }) => `${key}@${offset}+${length}`)
  );
}

describe.runIf(isThere)("tshark", () => {
  it.each(scenes.map((scene) => [scene.id, scene] as const))("%s", { timeout: 60_000 }, (id, scene) => {
    const session = acted(scene);
    const whole = capture(session, null, id);
    expect(tshark("-r", whole, ...CHECKED, "-q", "-z", "expert,warn")).not.toMatch(
      /Malformed|Checksum|Undecoded|Errors/,
    );
    const args = [
      ...DECODED,
      "-r",
      whole,
      "-c",
      String(MOST_PACKETS),
      "-o",
      "tcp.desegment_tcp_streams:FALSE",
      "--no-duplicate-keys",
    ];
    const packets = JSON.parse(tshark(...args, "-T", "jsonraw") || "[]") as {
      _source: { layers: { frame_raw: [string] } };
    }[];
    const wrong = packets.flatMap(({ _source: { layers } }) => disagreements(layers.frame_raw[0], placesOf(layers)));
    expect([...new Set(wrong)]).toEqual([]);
    expect(packets.length > 0 || scene.actions.length === 0 || id === "host-network").toBe(true);
  });

  it("finds nothing to complain of in what one interface saw", { timeout: 60_000 }, () => {
    const session = acted(scenes.find((scene) => scene.id === "flannel-vxlan")!);
    const some = session.world.devs.filter((device) => device !== null && /^(eth0|flannel\.1|cni0)$/.test(device.name));
    for (const device of some) {
      if (device === null) continue;
      const file = capture(session, device.id, `device-${device.id}`);
      expect(tshark("-r", file, ...CHECKED, "-q", "-z", "expert,warn").trim()).toBe("");
    }
  });
});
