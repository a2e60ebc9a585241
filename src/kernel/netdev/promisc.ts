/** Who wants to hear everything on a device: dev_set_promiscuity(), net/core/dev.c. */
import { kernelLog } from "../log.ts";
import type { DevId, NetDevice, World } from "../types.ts";
import { dev } from "../world.ts";

/** Counts one more (+1) or one fewer (-1) who wants it. */
export function setPromiscuity(world: World, id: DevId, inc: 1 | -1): void {
  const device = dev(world, id);
  const was = device.promiscuity > 0;
  device.promiscuity += inc;
  const is = device.promiscuity > 0;
  if (was !== is) kernelLog(world, device.netns, `${device.name}: ${is ? "entered" : "left"} promiscuous mode`);
}

/**
 * A device that is up and listens to more unicast addresses than its own has no filter for them, and so hears everything:
 * __dev_set_rx_mode().
 */
export function syncUnicastPromisc(world: World, device: NetDevice): void {
  const wants = device.unicastList.length > 0;
  if (!device.up || device.unicastPromisc === wants) return;
  device.unicastPromisc = wants;
  setPromiscuity(world, device.id, wants ? 1 : -1);
}

/** `ip link set DEV promisc on|off`. */
export function setPromisc(world: World, id: DevId, on: boolean): void {
  const device = dev(world, id);
  if (device.promisc === on) return;
  device.promisc = on;
  setPromiscuity(world, id, on ? 1 : -1);
}
