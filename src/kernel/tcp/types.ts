/** The TCP part of a socket: the variables of RFC 9293, section 3.3.1, and what of Linux's tcp_sock can be seen from outside. */
import type { Ipv4 } from "../../wire/address.ts";
import type { SackBlock } from "../../wire/tcp.ts";

/** A segment that was sent and is not acknowledged: what an skb of the retransmission queue knows (struct tcp_skb_cb). */
export interface Sent {
  /** Its numbers from `seq` to before `end`; a FIN takes the last. */
  seq: number;
  end: number;
  fin: boolean;
  push: boolean;
  /** TCPCB_SACKED_ACKED, TCPCB_LOST, TCPCB_SACKED_RETRANS. */
  sacked: boolean;
  lost: boolean;
  retrans: boolean;
  /** TCPCB_EVER_RETRANS: its round trip says nothing (Karn). */
  everRetrans: boolean;
  /** When it, or its last copy, went out. */
  sent_ns: number;
}

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
  /** What this end offered as its own. */
  advmss: number;
  /** Timestamps: the offset of the own clock, and the last one of the other end. */
  tsOffset: number;
  /** When the SYN, or the SYN-ACK, went out first. */
  synSent_ns: number;
  tsRecent: number;
  /** Identification of the next packet. */
  ident: number;
  /** sk_dst_pending_confirm: what came lately shows that the next hop answers, of which the next segment tells. */
  confirms: boolean;
  /** Bytes from SND.UNA on: sent and unacknowledged, then unsent. */
  sendQueue: Uint8Array[];
  sendBytes: number;
  /** Nothing more will be sent: a FIN follows the queue. */
  finQueued: boolean;
  finAcked: boolean;
  /** Bytes in order that were not read. */
  recvQueue: Uint8Array[];
  recvBytes: number;
  /** Segments ahead of a hole, by rising sequence number. */
  outOfOrder: { seq: number; data: Uint8Array; fin: boolean }[];
  /** Where the segment begins that came ahead of a hole last: its block is told first. */
  newestSeq: number;
  /** What came twice, for the next acknowledgement (duplicate SACK, RFC 2883). */
  dsack: SackBlock | null;
  /** The other end sends no more (RCV_SHUTDOWN). */
  finReceived: boolean;
  /** tcp_rtx_queue: what is on its way, oldest first. */
  sent: Sent[];
  /** icsk_ack.rcv_mss: the longest segment that has come, to know by when more than one waits for its acknowledgement. */
  rcvMss: number;
  /** TCP_NODELAY; without it a small segment waits while another is on its way (tcp_minshall_check). */
  nodelay: boolean;
  /** TCP_CORK: what doesn't fill a segment waits for more, or for the FIN. */
  corked: boolean;
  /** End of the last small segment that was sent (snd_sml). */
  smallEnd: number;
  /** Congestion window and threshold in segments, and the duplicate ACKs in a row. */
  cwnd: number;
  ssthresh: number;
  dupAcks: number;
  /** TCP_CA_Open, TCP_CA_Recovery, TCP_CA_Loss; `recover` is high_seq: the state lasts until that is acknowledged. */
  caState: "open" | "recovery" | "loss";
  recover: number;
  /** SND.NXT when a tail loss probe went out (tlp_high_seq); null: none is under way. */
  probed: number | null;
  /** RACK (RFC 8985): when the newest segment that arrived was sent, where it ends, how long it took; the shortest round trip. */
  rackSent_ns: number;
  rackEnd: number;
  rackRtt_ns: number;
  minRtt_ns: number;
  /** RFC 6298. `srtt_ns` is 0 before the first measurement; the timer waits `rto_ns`, doubled `backoff` times. */
  srtt_ns: number;
  rttvar_ns: number;
  rto_ns: number;
  backoff: number;
  retransmits: number;
  /** Probes of a closed window that nobody answered. */
  probes: number;
  /** When the first of the present retransmissions went out (retrans_stamp); 0: there is none. */
  retransSince_ns: number;
  /** An error that ends the connection only if nothing gets through (sk_err_soft). */
  softError: number;
  /** Until then a program is inside connect(2) and has the lock (sock_owned_by_user). */
  ownedUntil_ns: number;
  /** What can be read of it by `ss -i`: segments and bytes each way, and retransmissions in all. */
  stats: TcpStats;
  /** Acknowledgements to send at once before delaying begins, and whether this is a dialogue (pingpong). */
  quick: number;
  pingpong: boolean;
  lastReceived_ns: number;
  /** When each timer fires; 0: not set. Guards against stale events. */
  retransmitAt_ns: number;
  /** What the retransmission timer is set for (icsk_pending). */
  pending: "retransmit" | "tlp" | "reorder" | "persist";
  delackAt_ns: number;
  /** TIME_WAIT, and FIN_WAIT2 of an orphan. */
  endAt_ns: number;
}

/** Counters of struct tcp_sock. */
export interface TcpStats {
  segsOut: number;
  segsIn: number;
  dataSegsOut: number;
  dataSegsIn: number;
  bytesSent: number;
  bytesAcked: number;
  bytesReceived: number;
  bytesRetrans: number;
  totalRetrans: number;
  lastSent_ns: number;
  lastAck_ns: number;
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
  sack: readonly SackBlock[];
  tsValue: number | null;
  tsEcho: number;
}

function createStats(): TcpStats {
  return {
    segsOut: 0,
    segsIn: 0,
    dataSegsOut: 0,
    dataSegsIn: 0,
    bytesSent: 0,
    bytesAcked: 0,
    bytesReceived: 0,
    bytesRetrans: 0,
    totalRetrans: 0,
    lastSent_ns: 0,
    lastAck_ns: 0,
  };
}

/** TCP_MSS_DEFAULT: what is taken for a whole segment until one has come. */
const RCV_MSS_DEFAULT = 536;

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
    advmss: 1460,
    tsOffset: 0,
    synSent_ns: 0,
    tsRecent: 0,
    ident: 0,
    confirms: false,
    sendQueue: [],
    sendBytes: 0,
    finQueued: false,
    finAcked: false,
    recvQueue: [],
    recvBytes: 0,
    outOfOrder: [],
    newestSeq: 0,
    dsack: null,
    finReceived: false,
    sent: [],
    rcvMss: RCV_MSS_DEFAULT,
    nodelay: false,
    corked: false,
    smallEnd: 0,
    cwnd: 10,
    ssthresh: 0x7fff_ffff,
    dupAcks: 0,
    caState: "open",
    recover: 0,
    probed: null,
    rackSent_ns: 0,
    rackEnd: 0,
    rackRtt_ns: 0,
    minRtt_ns: 0,
    srtt_ns: 0,
    rttvar_ns: 0,
    rto_ns: 1e9,
    backoff: 0,
    retransmits: 0,
    probes: 0,
    retransSince_ns: 0,
    softError: 0,
    ownedUntil_ns: 0,
    stats: createStats(),
    quick: 0,
    pingpong: false,
    lastReceived_ns: 0,
    retransmitAt_ns: 0,
    pending: "retransmit",
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
