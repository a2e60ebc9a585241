/** `ip link show`. */

import { matchingDevices, readFilter } from "../address/filter.ts";
import { type Line, netnsOfLine, print } from "../args.ts";
import { printJson } from "../json.ts";
import { linkJson } from "./json.ts";
import { briefLink, linkLines } from "./print.ts";

export function showLinks(line: Line): number {
  const { world } = line.sys;
  const devices = matchingDevices(world, netnsOfLine(line), readFilter(line));
  if (line.options.json) {
    printJson(
      line,
      devices.map((device) => linkJson(line, device, true)),
    );
    return 0;
  }
  for (const device of devices) {
    print(
      line,
      `${line.options.brief ? briefLink(world, device, true, line.options) : linkLines(line, device, true)}\n`,
    );
  }
  return 0;
}
