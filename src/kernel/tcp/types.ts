/** The TCP part of a socket: the variables of RFC 9293, section 3.3.1, and what of Linux's tcp_sock can be seen from outside. */
import type { Ipv4 } from "../../wire/address.ts";

/** States by the names that `netstat` and RFC 9293 use; SYN_RECV is the RFC's SYN-RECEIVED, CLOSE its CLOSED. */
export type TcpState =
  | "CLOSE"
  | "LISTEN"
  | "SYN_SENT"
  | "SYN_RECV"
  | "ESTABLISHED"
  | "FIN_WAIT1"
  | "FIN_WAIT2"
  | "CLOSE_WAIT"
  | "CLOSING"
  | "LAST_ACK"
  | "TIME_WAIT";

export interface Tcp {
  state: TcpState;
  /** listen(2): so many connections may wait to be accepted. */
  backlog: number;
  /** Sockets that wait to be accepted, oldest first. */
  accept: number[];
  /** Listener of a connection that has not been accepted; null once it has, or when it was made by connect. */
  listener: number | null;
  /** Nobody holds it any more: it ends by itself. */
  orphan: boolean;
  /** SND.UNA, SND.NXT, SND.WND (bytes), ISS. */
  sndUna: number;
  sndNxt: number;
  sndWnd: number;
  iss: number;
  /** RCV.NXT, and what was acknowledged last (rcv_wup). */
  rcvNxt: number;
  rcvWup: number;
  /** Bytes that the receive buffer takes. */
  rcvSpace: number;
  /** Shifts of the windows (RFC 7323): as the other end told, and the own. */
  sndWscale: number;
  rcvWscale: number;
  /** Timestamps and SACK were agreed on. */
  timestamps: boolean;
  sackOk: boolean;
  /** Most bytes of data that the other end takes in a segment (its MSS option), before options. */
  peerMss: number;
  /** Timestamps: the offset of the own clock, and the last one of the other end. */
  tsOffset: number;
  tsRecent: number;
  /** Identification of the next packet. */
  ident: number;
  /** Bytes from SND.UNA on: sent and unacknowledged, then unsent. */
  sendQueue: Uint8Array[];
  sendBytes: number;
  /** Nothing more will be sent: a FIN follows the queue. */
  finQueued: boolean;
  /** Bytes in order that were not read. */
  recvQueue: Uint8Array[];
  recvBytes: number;
  /** Segments ahead of a hole, by rising sequence number. */
  outOfOrder: { seq: number; data: Uint8Array; fin: boolean }[];
  /** The other end sends no more (RCV_SHUTDOWN). */
  finReceived: boolean;
  /** Congestion window and threshold in segments, and the duplicate ACKs in a row. */
  cwnd: number;
  ssthresh: number;
  dupAcks: number;
  /** What was on its way when something was lost; until that is acknowledged holes are filled one by one. Null: nothing was. */
  recover: number | null;
  /** RFC 6298. `srtt_ns` is 0 before the first measurement. */
  srtt_ns: number;
  rttvar_ns: number;
  rto_ns: number;
  retransmits: number;
  /** Acknowledgements to send at once before delaying begins, and whether this is a dialogue (pingpong). */
  quick: number;
  pingpong: boolean;
  lastReceived_ns: number;
  /** When each timer fires; 0: not set. Guards against stale events. */
  retransmitAt_ns: number;
  delackAt_ns: number;
  /** TIME_WAIT, and FIN_WAIT2 of an orphan. */
  endAt_ns: number;
}

/** Timers of a socket, as events carry them. */
export const TcpTimer = { RETRANSMIT: 0, DELACK: 1, END: 2 } as const;
export type TcpTimer = (typeof TcpTimer)[keyof typeof TcpTimer];

/** A segment that came in, its options read. Addresses as the receiver sees them. */
export interface Segment {
  local: Ipv4;
  remote: Ipv4;
  localPort: number;
  remotePort: number;
  seq: number;
  ack: number;
  flags: number;
  /** As on the wire, not scaled. */
  window: number;
  data: Uint8Array;
  mss: number | null;
  wscale: number | null;
  sackOk: boolean;
  tsValue: number | null;
  tsEcho: number;
}

export function createTcp(): Tcp {
  return {
    state: "CLOSE",
    backlog: 0,
    accept: [],
    listener: null,
    orphan: false,
    sndUna: 0,
    sndNxt: 0,
    sndWnd: 0,
    iss: 0,
    rcvNxt: 0,
    rcvWup: 0,
    rcvSpace: 0,
    sndWscale: 0,
    rcvWscale: 0,
    timestamps: false,
    sackOk: false,
    peerMss: 536,
    tsOffset: 0,
    tsRecent: 0,
    ident: 0,
    sendQueue: [],
    sendBytes: 0,
    finQueued: false,
    recvQueue: [],
    recvBytes: 0,
    outOfOrder: [],
    finReceived: false,
    cwnd: 10,
    ssthresh: 0x7fff_ffff,
    dupAcks: 0,
    recover: null,
    srtt_ns: 0,
    rttvar_ns: 0,
    rto_ns: 1e9,
    retransmits: 0,
    quick: 0,
    pingpong: false,
    lastReceived_ns: 0,
    retransmitAt_ns: 0,
    delackAt_ns: 0,
    endAt_ns: 0,
  };
}

/** Sequence numbers wrap: whether `a` stands before `b`. */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** `a + n` modulo 2^32. */
export function seqAdd(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far `b` stands behind `a`. */
export function seqDistance(a: number, b: number): number {
  return (b - a) | 0;
}
