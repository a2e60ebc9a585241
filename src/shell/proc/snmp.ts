/**
 * /proc/net/snmp and /proc/net/netstat: net/ipv4/proc.c. A line of names and a line of numbers for each protocol. What is not counted here
 * (see kernel/snmp.ts) stays 0.
 */
import { ICMP_TYPES, Mib } from "../../kernel/snmp.ts";
import { sysctlGet } from "../../kernel/sysctl.ts";
import type { NetnsId, World } from "../../kernel/types.ts";
import { netns } from "../../kernel/world.ts";

/** Names in the order of the file, with where each is counted; those without stay 0. */
type Table = readonly (readonly [string, number?])[];

const IP: Table = [
  ["InReceives", Mib.IP_IN_RECEIVES],
  ["InHdrErrors", Mib.IP_IN_HDR_ERRORS],
  ["InAddrErrors", Mib.IP_IN_ADDR_ERRORS],
  ["ForwDatagrams", Mib.IP_FORW_DATAGRAMS],
  ["InUnknownProtos", Mib.IP_IN_UNKNOWN_PROTOS],
  ["InDiscards"],
  ["InDelivers", Mib.IP_IN_DELIVERS],
  ["OutRequests", Mib.IP_OUT_REQUESTS],
  ["OutDiscards"],
  ["OutNoRoutes", Mib.IP_OUT_NO_ROUTES],
  ["ReasmTimeout", Mib.IP_REASM_TIMEOUT],
  ["ReasmReqds", Mib.IP_REASM_REQDS],
  ["ReasmOKs", Mib.IP_REASM_OKS],
  ["ReasmFails", Mib.IP_REASM_FAILS],
  ["FragOKs", Mib.IP_FRAG_OKS],
  ["FragFails", Mib.IP_FRAG_FAILS],
  ["FragCreates", Mib.IP_FRAG_CREATES],
  ["OutTransmits", Mib.IP_OUT_TRANSMITS],
];

/** icmpmibmap: what the types are called. */
const ICMP_NAMES: readonly (readonly [string, number])[] = [
  ["DestUnreachs", 3],
  ["TimeExcds", 11],
  ["ParmProbs", 12],
  ["SrcQuenchs", 4],
  ["Redirects", 5],
  ["Echos", 8],
  ["EchoReps", 0],
  ["Timestamps", 13],
  ["TimestampReps", 14],
  ["AddrMasks", 17],
  ["AddrMaskReps", 18],
];

const ICMP: Table = [
  ["InMsgs", Mib.ICMP_IN_MSGS],
  ["InErrors", Mib.ICMP_IN_ERRORS],
  ["InCsumErrors", Mib.ICMP_IN_CSUM_ERRORS],
  ...ICMP_NAMES.map(([name, type]) => [`In${name}`, Mib.ICMP_IN + type] as const),
  ["OutMsgs", Mib.ICMP_OUT_MSGS],
  ["OutErrors"],
  ["OutRateLimitGlobal", Mib.ICMP_LIMITED_GLOBAL],
  ["OutRateLimitHost", Mib.ICMP_LIMITED_HOST],
  ...ICMP_NAMES.map(([name, type]) => [`Out${name}`, Mib.ICMP_OUT + type] as const),
];

const TCP_BEFORE: Table = [
  ["ActiveOpens", Mib.TCP_ACTIVE_OPENS],
  ["PassiveOpens", Mib.TCP_PASSIVE_OPENS],
  ["AttemptFails", Mib.TCP_ATTEMPT_FAILS],
  ["EstabResets", Mib.TCP_ESTAB_RESETS],
];
const TCP_AFTER: Table = [
  ["InSegs", Mib.TCP_IN_SEGS],
  ["OutSegs", Mib.TCP_OUT_SEGS],
  ["RetransSegs", Mib.TCP_RETRANS_SEGS],
  ["InErrs", Mib.TCP_IN_ERRS],
  ["OutRsts", Mib.TCP_OUT_RSTS],
  ["InCsumErrors", Mib.TCP_IN_CSUM_ERRORS],
];

const UDP: Table = [
  ["InDatagrams", Mib.UDP_IN_DATAGRAMS],
  ["NoPorts", Mib.UDP_NO_PORTS],
  ["InErrors", Mib.UDP_IN_ERRORS],
  ["OutDatagrams", Mib.UDP_OUT_DATAGRAMS],
  ["RcvbufErrors", Mib.UDP_RCVBUF_ERRORS],
  ["SndbufErrors"],
  ["InCsumErrors", Mib.UDP_IN_CSUM_ERRORS],
  ["IgnoredMulti", Mib.UDP_IGNORED_MULTI],
  ["MemErrors"],
];

const IP_EXT: Table = [
  ["InNoRoutes", Mib.IP_IN_NO_ROUTES],
  ["InTruncatedPkts", Mib.IP_IN_TRUNCATED],
  ["InMcastPkts", Mib.IP_IN_MCAST],
  ["OutMcastPkts", Mib.IP_OUT_MCAST],
  ["InBcastPkts", Mib.IP_IN_BCAST],
  ["OutBcastPkts", Mib.IP_OUT_BCAST],
  ["InOctets", Mib.IP_IN_OCTETS],
  ["OutOctets", Mib.IP_OUT_OCTETS],
  ["InMcastOctets", Mib.IP_IN_MCAST_OCTETS],
  ["OutMcastOctets", Mib.IP_OUT_MCAST_OCTETS],
  ["InBcastOctets", Mib.IP_IN_BCAST_OCTETS],
  ["OutBcastOctets", Mib.IP_OUT_BCAST_OCTETS],
  ["InCsumErrors", Mib.IP_IN_CSUM_ERRORS],
  ["InNoECTPkts", Mib.IP_IN_NO_ECT],
  ["InECT1Pkts", Mib.IP_IN_NO_ECT + 1],
  ["InECT0Pkts", Mib.IP_IN_NO_ECT + 2],
  ["InCEPkts", Mib.IP_IN_NO_ECT + 3],
  ["ReasmOverlaps"],
];

const TCP_EXT_COUNTED: Readonly<Record<string, number>> = {
  TW: Mib.TCPEXT_TW,
  DelayedACKs: Mib.TCPEXT_DELAYED_ACKS,
  TCPPureAcks: Mib.TCPEXT_PURE_ACKS,
  TCPTimeouts: Mib.TCPEXT_TIMEOUTS,
  TCPLossProbes: Mib.TCPEXT_LOSS_PROBES,
  IPReversePathFilter: Mib.TCPEXT_RP_FILTER,
  TCPSynRetrans: Mib.TCPEXT_SYN_RETRANS,
  TCPOrigDataSent: Mib.TCPEXT_ORIG_DATA_SENT,
  TCPDelivered: Mib.TCPEXT_DELIVERED,
};

/** snmp4_net_list; in front of TCP's own names stands "TCP". */
const TCP_EXT: Table =
  `SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned OutOfWindowIcmps
LockDroppedIcmps ArpFilter TW TWRecycled TWKilled PAWSActive PAWSEstab BeyondWindow TSEcrRejected PAWSOldAck PAWSTimewait DelayedACKs
DelayedACKLocked DelayedACKLost ListenOverflows ListenDrops +HPHits +PureAcks +HPAcks +RenoRecovery +SackRecovery +SACKReneging
+SACKReorder +RenoReorder +TSReorder +FullUndo +PartialUndo +DSACKUndo +LossUndo +LostRetransmit +RenoFailures +SackFailures
+LossFailures +FastRetrans +SlowStartRetrans +Timeouts +LossProbes +LossProbeRecovery +RenoRecoveryFail +SackRecoveryFail +RcvCollapsed
+BacklogCoalesce +DSACKOldSent +DSACKOfoSent +DSACKRecv +DSACKOfoRecv +AbortOnData +AbortOnClose +AbortOnMemory +AbortOnTimeout
+AbortOnLinger +AbortFailed +MemoryPressures +MemoryPressuresChrono +SACKDiscard +DSACKIgnoredOld +DSACKIgnoredNoUndo +SpuriousRTOs
+MD5NotFound +MD5Unexpected +MD5Failure +SackShifted +SackMerged +SackShiftFallback +BacklogDrop PFMemallocDrop +MinTTLDrop
+DeferAcceptDrop IPReversePathFilter +TimeWaitOverflow +ReqQFullDoCookies +ReqQFullDrop +RetransFail +RcvCoalesce +OFOQueue +OFODrop
+OFOMerge +ChallengeACK +SYNChallenge +FastOpenActive +FastOpenActiveFail +FastOpenPassive +FastOpenPassiveFail +FastOpenListenOverflow
+FastOpenCookieReqd +FastOpenBlackhole +SpuriousRtxHostQueues BusyPollRxPackets +AutoCorking +FromZeroWindowAdv +ToZeroWindowAdv
+WantZeroWindowAdv +SynRetrans +OrigDataSent +HystartTrainDetect +HystartTrainCwnd +HystartDelayDetect +HystartDelayCwnd
+ACKSkippedSynRecv +ACKSkippedPAWS +ACKSkippedSeq +ACKSkippedFinWait2 +ACKSkippedTimeWait +ACKSkippedChallenge +WinProbe +KeepAlive
+MTUPFail +MTUPSuccess +Delivered +DeliveredCE +AckCompressed +ZeroWindowDrop +RcvQDrop +WqueueTooBig +FastOpenPassiveAltKey
TcpTimeoutRehash TcpDuplicateDataRehash +DSACKRecvSegs +DSACKIgnoredDubious +MigrateReqSuccess +MigrateReqFailure +PLBRehash +AORequired
+AOBad +AOKeyNotFound +AOGood +AODroppedIcmps`
    .split(/\s+/)
    .map((word): readonly [string, number?] => {
      const name = word.replace("+", "TCP");
      const at = TCP_EXT_COUNTED[name];
      return at === undefined ? [name] : [name, at];
    });

/** snmp4_mptcp_list: nobody here speaks it. */
const MPTCP =
  `MPCapableSYNRX MPCapableSYNTX MPCapableSYNACKRX MPCapableACKRX MPCapableFallbackACK MPCapableFallbackSYNACK MPCapableSYNTXDrop
MPCapableSYNTXDisabled MPCapableEndpAttempt MPFallbackTokenInit MPTCPRetrans MPJoinNoTokenFound MPJoinSynRx MPJoinSynBackupRx MPJoinSynAckRx
MPJoinSynAckBackupRx MPJoinSynAckHMacFailure MPJoinAckRx MPJoinAckHMacFailure MPJoinRejected MPJoinSynTx MPJoinSynTxCreatSkErr
MPJoinSynTxBindErr MPJoinSynTxConnectErr DSSNotMatching DSSCorruptionFallback DSSCorruptionReset InfiniteMapTx InfiniteMapRx DSSNoMatchTCP
DataCsumErr OFOQueueTail OFOQueue OFOMerge NoDSSInWindow DuplicateData AddAddr AddAddrTx AddAddrTxDrop EchoAdd EchoAddTx EchoAddTxDrop PortAdd
AddAddrDrop MPJoinPortSynRx MPJoinPortSynAckRx MPJoinPortAckRx MismatchPortSynRx MismatchPortAckRx RmAddr RmAddrDrop RmAddrTx RmAddrTxDrop
RmSubflow MPPrioTx MPPrioRx MPFailTx MPFailRx MPFastcloseTx MPFastcloseRx MPRstTx MPRstRx SubflowStale SubflowRecover SndWndShared
RcvWndShared RcvWndConflictUpdate RcvWndConflict MPCurrEstab Blackhole MPCapableDataFallback MD5SigFallback DssFallback SimultConnectFallback
FallbackFailed WinProbe`.split(/\s+/);

/** The two lines of a protocol. */
function lines(head: string, table: readonly (readonly [string, number | string])[]): string {
  const row = (cells: readonly (string | number)[]) => `${head}: ${cells.join(" ")}\n`;
  return row(table.map(([name]) => name)) + row(table.map(([, value]) => value));
}

/** /proc/net/snmp */
export function snmpFile(world: World, id: NetnsId): string {
  const { mib } = netns(world, id);
  const read = (table: Table) => table.map(([name, at]) => [name, at === undefined ? 0 : (mib[at] as number)] as const);
  const forwards = sysctlGet(world, id, "net.ipv4.ip_forward") === "1" ? 1 : 2;
  const established = netns(world, id).sockets.filter((socket) => {
    const state = world.sockets[socket]?.tcp?.state;
    return state === "ESTABLISHED" || state === "CLOSE_WAIT";
  }).length;
  const fixed = { RtoAlgorithm: 1, RtoMin: 200, RtoMax: 120000, MaxConn: -1 };
  return [
    lines("Ip", [
      ["Forwarding", forwards],
      ["DefaultTTL", sysctlGet(world, id, "net.ipv4.ip_default_ttl") ?? "64"],
      ...read(IP),
    ]),
    lines("Icmp", read(ICMP)),
    icmpMessages(mib),
    lines("Tcp", [...Object.entries(fixed), ...read(TCP_BEFORE), ["CurrEstab", established], ...read(TCP_AFTER)]),
    lines("Udp", read(UDP)),
    lines(
      "UdpLite",
      UDP.map(([name]) => [name, 0]),
    ),
  ].join("");
}

/** icmpmsg_put: the types that there were; none, no lines. */
function icmpMessages(mib: Float64Array): string {
  const found: [string, number][] = [];
  for (const [word, base] of [
    ["InType", Mib.ICMP_IN],
    ["OutType", Mib.ICMP_OUT],
  ] as const) {
    for (let type = 0; type < ICMP_TYPES; type++) {
      const n = mib[base + type] as number;
      if (n > 0) found.push([`${word}${type}`, n]);
    }
  }
  return found.length === 0 ? "" : lines("IcmpMsg", found);
}

/** /proc/net/netstat */
export function netstatFile(world: World, id: NetnsId): string {
  const { mib } = netns(world, id);
  const read = (table: Table) => table.map(([name, at]) => [name, at === undefined ? 0 : (mib[at] as number)] as const);
  const mptcp = MPTCP.map((name) => [name, 0] as const);
  return lines("TcpExt", read(TCP_EXT)) + lines("IpExt", read(IP_EXT)) + lines("MPTcpExt", mptcp);
}
