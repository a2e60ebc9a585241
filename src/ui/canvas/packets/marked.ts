/** Which tokens a lesson marks: a bit for each look, and one for parcels. The lesson writes it, the packets are drawn by it. */
export const marked = { looks: 0 };

/** The bit of what has another packet inside. */
export const PARCELS = 1 << 16;

export function isMarked(looks: number, look: number, wrap: number): boolean {
  return looks !== 0 && ((looks >> look) & 1) + (wrap > 0 ? looks & PARCELS : 0) > 0;
}
