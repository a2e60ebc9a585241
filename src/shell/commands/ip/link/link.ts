/** `ip link`: which command. ip/iplink.c. */

import { EOPNOTSUPP } from "../../../../kernel/errno.ts";
import { unregisterNetdevice } from "../../../../kernel/netdev/device.ts";
import { notSimulated, quit } from "../../quit.ts";
import { answer, deviceOrQuit, type Line, matches, needAdmin, take } from "../args.ts";
import { usage } from "../usage.ts";
import { addLink } from "./add.ts";
import { parseLink } from "./parse.ts";
import { setLink } from "./set.ts";
import { showLinks } from "./show.ts";

export function ipLink(line: Line): number {
  const verb = take(line);
  if (verb === undefined) return showLinks(line);
  if (matches(verb, "add")) return addLink(line);
  if (matches(verb, "set", "change")) return setLink(line);
  if (matches(verb, "replace")) return addLink(line);
  if (matches(verb, "delete")) return deleteLink(line);
  if (matches(verb, "show", "lst", "list")) return showLinks(line);
  if (matches(verb, "xstats", "afstats", "property")) notSimulated(line.sys, `ip link ${verb}`);
  if (matches(verb, "help")) usage(line, "link");
  return quit(line.sys, `Command "${verb}" is unknown, try "ip link help".\n`, 255);
}

function deleteLink(line: Line): number {
  const { sys } = line;
  const request = parseLink(line);
  const name = request.dev ?? request.name;
  if (name === null) quit(sys, 'Not enough information: "dev" argument is required.\n', 255);
  const gone = deviceOrQuit(line, name);
  needAdmin(line);
  if (gone.kind === "loopback" || gone.kind === "nic") return answer(line, EOPNOTSUPP);
  unregisterNetdevice(sys.world, gone.id);
  return 0;
}
