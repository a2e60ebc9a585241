/** One-way times, ns, of what has none of its own. */
export const VETH_LATENCY_NS = 25_000;
export const CABLE_LATENCY_NS = 50_000;
export const LOOPBACK_LATENCY_NS = 5_000;
