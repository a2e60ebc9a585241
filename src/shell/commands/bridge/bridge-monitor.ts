/** `bridge monitor`: bridge/monitor.c of iproute2, as far as it tells of forwarding entries; of multicast groups and VLANs there is never news. */
import { rtnlListen, rtnlNext } from "../../../kernel/rtnl/listen.ts";
import { formatMac } from "../../../wire/address.ts";
import { ownSocket } from "../../process.ts";
import type { Sys, Wake } from "../../types.ts";
import { type Line, matches, netnsOfLine, type Options, print, take } from "../ip/args.ts";
import { paint } from "../ip/color.ts";
import { notSimulated, quit } from "../quit.ts";

const USAGE = "Usage: bridge monitor [file | link | fdb | mdb | vlan | vni | all]\n";

/** Listens until somebody ends it. */
export function bridgeMonitor(line: Line): null {
  let told = "";
  for (let text = take(line); text !== undefined; text = take(line)) {
    const word = text;
    if (matches(word, "file")) notSimulated(line.sys, "bridge monitor file");
    else if (matches(word, "help")) quit(line.sys, USAGE, 255);
    const object = ["link", "fdb", "mdb", "vlan", "vni", "all"].find((name) => matches(word, name));
    told = object ?? quit(line.sys, `Argument "${word}" is unknown, try "bridge monitor help".\n`, 255);
  }
  if (told === "" || told === "link" || told === "all") notSimulated(line.sys, "bridge monitor of links");
  ownSocket(line.sys, rtnlListen(line.sys.world, netnsOfLine(line), line.sys.proc.id));
  line.sys.proc.locals = { options: line.options, fdb: told === "fdb" };
  return null;
}

/** The `wake` of bridge: something was heard. */
export function wakeBridgeMonitor(sys: Sys, why: Wake): void {
  const monitor = sys.proc.locals as { options: Options; fdb: boolean } | undefined;
  if (monitor === undefined || why.type !== "socket") return;
  const { options } = monitor;
  const line: Line = { sys, words: [], at: 0, options };
  for (let event = rtnlNext(sys.world, why.socket); event !== null; event = rtnlNext(sys.world, why.socket)) {
    if (event.group !== "fdb" || !monitor.fdb) continue;
    const mac = paint(options, "mac", `${formatMac(event.mac)} `);
    const dev = `dev ${paint(options, "ifname", `${event.name} `)}`;
    const flags = event.flags.map((flag) => `${flag} `).join("");
    const master = event.master === null ? "" : `master ${event.master} `;
    print(line, `${event.deleted ? "Deleted " : ""}${mac}${dev}${flags}${master}${event.state}\n`);
  }
}
