/** `netstat -s`: statistics.c of net-tools 2.10, which reads /proc/net/snmp and /proc/net/netstat. */
import type { World } from "../../kernel/types.ts";
import { netstatFile, snmpFile } from "../proc/snmp.ts";

/** How a number is told; a leading "?" means only if it is not 0. "@in" and "@out" stand below ICMP's two headings. */
type Words = Readonly<Record<string, string>>;

const IP: Words = {
  Forwarding: "Forwarding: %",
  DefaultTTL: "",
  InReceives: "% total packets received",
  InHdrErrors: "?% with invalid headers",
  InAddrErrors: "?% with invalid addresses",
  ForwDatagrams: "% forwarded",
  InUnknownProtos: "?% with unknown protocol",
  InDiscards: "% incoming packets discarded",
  InDelivers: "% incoming packets delivered",
  OutRequests: "% requests sent out",
  OutDiscards: "?% outgoing packets dropped",
  OutNoRoutes: "?% dropped because of missing route",
  ReasmTimeout: "?% fragments dropped after timeout",
  ReasmReqds: "?% reassemblies required",
  ReasmOKs: "?% packets reassembled ok",
  ReasmFails: "?% packet reassemblies failed",
  FragOKs: "?% outgoing packets fragmented ok",
  FragFails: "?% outgoing packets failed fragmentation",
  FragCreates: "?% fragments created",
};

const ICMP: Words = {
  InMsgs: "% ICMP messages received",
  InErrors: "% input ICMP message failed",
  InDestUnreachs: "@in destination unreachable: %",
  InTimeExcds: "@in timeout in transit: %",
  InParmProbs: "@in wrong parameters: %",
  InSrcQuenchs: "@in source quenches: %",
  InRedirects: "@in redirects: %",
  InEchos: "@in echo requests: %",
  InEchoReps: "@in echo replies: %",
  InTimestamps: "@in timestamp request: %",
  InTimestampReps: "@in timestamp reply: %",
  InAddrMasks: "@in address mask request: %",
  InAddrMaskReps: "@in address mask replies: %",
  OutMsgs: "% ICMP messages sent",
  OutErrors: "% ICMP messages failed",
  OutDestUnreachs: "@out destination unreachable: %",
  OutTimeExcds: "@out time exceeded: %",
  OutParmProbs: "@out wrong parameters: %",
  OutSrcQuenchs: "@out source quench: %",
  OutRedirects: "@out redirect: %",
  OutEchos: "@out echo requests: %",
  OutEchoReps: "@out echo replies: %",
  OutTimestamps: "@out timestamp requests: %",
  OutTimestampReps: "@out timestamp replies: %",
  OutAddrMasks: "@out address mask requests: %",
  OutAddrMaskReps: "@out address mask replies: %",
};

const TCP: Words = {
  RtoAlgorithm: "",
  RtoMin: "",
  RtoMax: "",
  MaxConn: "",
  ActiveOpens: "% active connection openings",
  PassiveOpens: "% passive connection openings",
  AttemptFails: "% failed connection attempts",
  EstabResets: "% connection resets received",
  CurrEstab: "% connections established",
  InSegs: "% segments received",
  OutSegs: "% segments sent out",
  RetransSegs: "% segments retransmitted",
  InErrs: "% bad segments received",
  OutRsts: "% resets sent",
};

const UDP: Words = {
  InDatagrams: "% packets received",
  NoPorts: "% packets to unknown port received",
  InErrors: "% packet receive errors",
  OutDatagrams: "% packets sent",
  RcvbufErrors: "% receive buffer errors",
  SndbufErrors: "% send buffer errors",
};

const TCP_EXT: Words = {
  TW: "?% TCP sockets finished time wait in fast timer",
  DelayedACKs: "?% delayed acks sent",
  TCPHPHits: "% packet headers predicted",
  TCPPureAcks: "?% acknowledgments not containing data payload received",
};

/** The paragraphs: their words, and with which of -t, -u, -w alone they are told, if not with all. */
const PARAGRAPHS: Readonly<Record<string, { words: Words; only?: string }>> = {
  Ip: { words: IP, only: "w" },
  Icmp: { words: ICMP, only: "w" },
  IcmpMsg: { words: {} },
  Tcp: { words: TCP, only: "t" },
  Udp: { words: UDP, only: "u" },
  UdpLite: { words: {} },
  TcpExt: { words: TCP_EXT, only: "t" },
  IpExt: { words: {} },
  MPTcpExt: { words: {} },
};

/** @param chosen those of t, u and w that were asked for; none for all */
export function statisticsText(world: World, netns: number, chosen: string): string {
  const rows = (snmpFile(world, netns) + netstatFile(world, netns)).trimEnd().split("\n");
  let text = "";
  let indent = "    ";
  for (let at = 0; at < rows.length; at += 2) {
    const [names, numbers] = [rows[at], rows[at + 1]].map((row) => (row as string).split(" ")) as [string[], string[]];
    const name = (names[0] as string).slice(0, -1);
    const { words, only } = PARAGRAPHS[name] as (typeof PARAGRAPHS)[string];
    if (chosen !== "" && only !== undefined && !chosen.includes(only)) continue;
    // What is written below ICMP's histogram stays as far to the right until the next paragraph that has words.
    if (name !== "IcmpMsg") indent = "    ";
    text += `${name}:\n`;
    let heading = "";
    for (let i = 1; i < names.length; i++) {
      const [, when = "", form] = /^(@in |@out |\?)?(.*)$/.exec(
        words[names[i] as string] ?? `?${names[i]}: %`,
      ) as RegExpExecArray;
      if (form === "") continue;
      if (when.startsWith("@") && when !== heading) {
        heading = when;
        text += `    ICMP ${when === "@in " ? "input" : "output"} histogram:\n`;
      }
      if (when !== "" && numbers[i] === "0") continue;
      if (when.startsWith("@")) indent = "        ";
      else if (name !== "IcmpMsg") indent = "    ";
      text += `${indent}${(form as string).replace("%", numbers[i] as string)}\n`;
    }
    if (name === "Icmp") indent = "        ";
  }
  return text;
}
