import { describe, expect, it } from "vitest";
import {
  ARP_REPLY,
  ARP_REQUEST,
  DNS_ANSWER,
  DNS_PTR_QUERY,
  DNS_REFUSAL,
  ICMP_ECHO_REQUEST,
  ICMP_PORT_UNREACHABLE,
  ICMP_REDIRECT_HOST,
  ICMP_TTL_EXCEEDED,
  IGMP_REPORT,
  TCP_HTTP_GET,
  TCP_SYN_SEGMENT,
  UDP_HELLO,
  VXLAN_ECHO_REQUEST,
} from "../../../tests/wire/frames.ts";
import { ipv4, MAC_BROADCAST, MAC_ZERO, mac } from "../address.ts";
import { ARP_LEN, ARPOP_REPLY, ARPOP_REQUEST, emitArp } from "../arp.ts";
import { fromHex } from "../bytes.ts";
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, emitEthernet } from "../ethernet.ts";
import { emitIcmp, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED } from "../icmpv4.ts";
import { emitIpv4, IP_MF, IPPROTO_ICMP, IPPROTO_IPIP, IPV4_HLEN } from "../ipv4.ts";
import { classify, summarize } from "./summary.ts";

const A = mac("02:42:ac:11:00:02");
const SOURCE = ipv4("172.17.0.2");
const DESTINATION = ipv4("172.17.0.3");
const ECHO = fromHex(ICMP_ECHO_REQUEST);

function arp(op: number, spa: string, tha: typeof A, tpa: string): Uint8Array {
  const b = new Uint8Array(ETH_HLEN + ARP_LEN);
  emitEthernet(b, 0, MAC_BROADCAST, A, ETH_P_ARP);
  emitArp(b, ETH_HLEN, op, A, ipv4(spa), tha, ipv4(tpa));
  return b;
}

/** A frame of an IPv4 header before `payload`. */
function packet(protocol: number, flagsAndOffset: number, payload: Uint8Array): Uint8Array {
  const b = new Uint8Array(ETH_HLEN + IPV4_HLEN + payload.length);
  emitEthernet(b, 0, MAC_BROADCAST, A, ETH_P_IP);
  const [total, id] = [IPV4_HLEN + payload.length, 0xbeef];
  emitIpv4(b, ETH_HLEN, total, id, flagsAndOffset, 64, protocol, SOURCE, DESTINATION);
  b.set(payload, ETH_HLEN + IPV4_HLEN);
  return b;
}

function fragNeeded(mtu: number): Uint8Array {
  const b = new Uint8Array(8);
  emitIcmp(b, 0, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu, 0);
  return b;
}

const inner = ECHO.subarray(ETH_HLEN);
const innerIcmp = ECHO.subarray(ETH_HLEN + IPV4_HLEN);

const ROWS: [string, string, Uint8Array][] = [
  ["ARP", "Who has 172.17.0.3? Tell 172.17.0.2", fromHex(ARP_REQUEST)],
  ["ARP", "172.17.0.3 is at 02:42:ac:11:00:03", fromHex(ARP_REPLY)],
  ["ARP", "Who has 10.0.0.1? (ARP Probe)", arp(ARPOP_REQUEST, "0.0.0.0", MAC_ZERO, "10.0.0.1")],
  ["ARP", "ARP Announcement for 10.0.0.1", arp(ARPOP_REQUEST, "10.0.0.1", MAC_ZERO, "10.0.0.1")],
  ["ARP", "Gratuitous ARP for 10.0.0.1 (Request)", arp(ARPOP_REQUEST, "10.0.0.1", MAC_BROADCAST, "10.0.0.1")],
  ["ARP", "Gratuitous ARP for 10.0.0.1 (Reply)", arp(ARPOP_REPLY, "10.0.0.1", MAC_BROADCAST, "10.0.0.1")],
  ["ARP", "Opcode 9", arp(9, "10.0.0.1", MAC_ZERO, "10.0.0.2")],
  ["ARP", "Malformed ARP: needs 28 bytes, has 27", fromHex(ARP_REQUEST).subarray(0, 41)],
  ["ICMP", "Echo (ping) request id=0xacef, seq=1, ttl=64", ECHO],
  ["ICMP", "Destination unreachable (Port unreachable)", fromHex(ICMP_PORT_UNREACHABLE)],
  ["ICMP", "Redirect (Redirect for host), gateway 172.17.0.3", fromHex(ICMP_REDIRECT_HOST)],
  ["ICMP", "Time-to-live exceeded (Time to live exceeded in transit)", fromHex(ICMP_TTL_EXCEEDED)],
  [
    "ICMP",
    "Destination unreachable (Fragmentation needed), next-hop MTU 1450",
    packet(IPPROTO_ICMP, 0, fragNeeded(1450)),
  ],
  ["ICMP", "Malformed ICMP: needs 8 bytes, has 3", packet(IPPROTO_ICMP, 0, new Uint8Array(3))],
  [
    "TCP",
    "42514 → 80 [SYN] Seq=632227600 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=2190968854 TSecr=0 WS=1024",
    fromHex(TCP_SYN_SEGMENT),
  ],
  [
    "TCP",
    "42514 → 80 [PSH, ACK] Seq=632227601 Ack=2127716395 Win=63 Len=74 TSval=2190968854 TSecr=3950244515",
    fromHex(TCP_HTTP_GET),
  ],
  ["UDP", "53732 → 5000 Len=6", fromHex(UDP_HELLO)],
  ["DNS", "Standard query 0xecd7 PTR 2.0.17.172.in-addr.arpa", fromHex(DNS_PTR_QUERY)],
  ["DNS", "Standard query response 0xecd7 Refused PTR 2.0.17.172.in-addr.arpa", fromHex(DNS_REFUSAL)],
  ["DNS", "Standard query response 0x36b1 A www.example.com A 203.0.113.80", fromHex(DNS_ANSWER)],
  ["VXLAN", "VNI 1: ICMP Echo (ping) request id=0xb5fa, seq=1, ttl=63", fromHex(VXLAN_ECHO_REQUEST)],
  [
    "IPIP",
    "IP in IP: 172.17.0.2 → 172.17.0.3, Echo (ping) request id=0xacef, seq=1, ttl=64",
    packet(IPPROTO_IPIP, 0, inner),
  ],
  ["IPv4", "IGMP (2), 16 bytes", fromHex(IGMP_REPORT)],
  ["IPv4", "Fragmented IP protocol (proto=ICMP (1), off=1480, ID=0xbeef)", packet(IPPROTO_ICMP, 185, innerIcmp)],
  ["ICMP", "Echo (ping) request id=0xacef, seq=1, ttl=64 [first fragment]", packet(IPPROTO_ICMP, IP_MF, innerIcmp)],
  ["ICMP", "Malformed IPv4: needs 84 bytes, has 80", ECHO.subarray(0, 94)],
  ["Ethernet", "EtherType IPv6 (0x86dd), 2 bytes", fromHex("333300000016 8266d8151414 86dd 6000")],
  ["Ethernet", "IEEE 802.3, length 38", fromHex("0180c2000000 8266d8151414 0026 424203")],
  ["Ethernet", "Malformed frame: needs 14 bytes, has 3", fromHex("ffffff")],
];

describe("summarize", () => {
  it.each(ROWS)("%s %s", (protocol, info, frame) => {
    expect(summarize(frame)).toEqual({ protocol, info });
    expect(classify(frame)).toBe(protocol);
  });

  it("looks into tunnels in tunnels only so far", () => {
    let b = ECHO;
    for (let i = 0; i < 50; i++) b = packet(IPPROTO_IPIP, 0, b.subarray(ETH_HLEN));
    const { protocol, info } = summarize(b);
    expect(protocol).toBe("IPIP");
    expect(info).toMatch(/^(IP in IP: 172\.17\.0\.2 → 172\.17\.0\.3, ){5}…$/);
  });

  it("never throws on a frame cut anywhere", () => {
    for (const [, , frame] of ROWS) {
      for (let length = 0; length <= frame.length; length++) {
        const cut = frame.subarray(0, length);
        expect(summarize(cut).protocol).toBe(classify(cut));
      }
    }
  });
});
