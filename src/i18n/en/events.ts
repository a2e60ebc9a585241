// How the page tells of the trace in English: one short sentence a row, then the longer "why".
import { DropReason } from "../../base/trace-kind.ts";

/** Words for each DropReason; `who` let the packet end. */
const drops: Readonly<Record<number, (who: string) => string>> = {
  [DropReason.NOT_SPECIFIED]: (who) => `${who} drops it`,
  [DropReason.OTHERHOST]: (who) => `${who} ignores it: the frame is for another MAC`,
  [DropReason.DEV_READY]: (who) => `it ends at ${who}: the interface there is down or gone`,
  [DropReason.UNHANDLED_PROTO]: (who) => `${who} has nobody who speaks this protocol`,
  [DropReason.NEIGH_FAILED]: (who) => `${who} gives up: nobody told the next hop's MAC`,
  [DropReason.NEIGH_QUEUEFULL]: (who) => `${who} has too many frames waiting for that MAC`,
  [DropReason.NEIGH_CREATEFAIL]: (who) => `${who} has no room for another neighbour`,
  [DropReason.IP_CSUM]: (who) => `${who} finds a wrong IP checksum`,
  [DropReason.IP_INHDR]: (who) => `${who} finds a broken IP header`,
  [DropReason.IP_NOPROTO]: (who) => `${who} has nobody for this IP protocol`,
  [DropReason.IP_OUTNOROUTES]: (who) => `${who} has no route to there`,
  [DropReason.IP_INNOROUTES]: (who) => `${who} has no route to pass it on`,
  [DropReason.IP_INADDRERRORS]: (who) => `${who} does not forward: the packet is not for it`,
  [DropReason.IP_RPFILTER]: (who) => `${who} would answer by another interface (rp_filter)`,
  [DropReason.IP_LOCAL_SOURCE]: (who) => `${who} finds its own address as the source`,
  [DropReason.IP_INVALID_SOURCE]: (who) => `${who} finds an impossible source address`,
  [DropReason.IP_LOCALNET]: (who) => `${who} takes no 127.0.0.0/8 from outside`,
  [DropReason.UNICAST_IN_L2_MULTICAST]: (who) => `${who} finds a packet for one in a frame for all`,
  [DropReason.PKT_TOO_SMALL]: (who) => `${who} finds it too short`,
  [DropReason.PKT_TOO_BIG]: (who) => `${who} finds it too long`,
  [DropReason.ICMP_CSUM]: (who) => `${who} finds a wrong ICMP checksum`,
  [DropReason.UDP_CSUM]: (who) => `${who} finds a wrong UDP checksum`,
  [DropReason.IPV6DISABLED]: (who) => `${who} has IPv6 switched off`,
  [DropReason.TCP_CSUM]: (who) => `${who} finds a wrong TCP checksum`,
  [DropReason.NO_SOCKET]: (who) => `nobody in ${who} waits for it`,
  [DropReason.TTL_EXCEEDED]: (who) => `${who} has seen its TTL run out`,
  [DropReason.BRIDGE_INGRESS_STP_STATE]: (who) => `the port at ${who} does not forward`,
  [DropReason.BRIDGE_SAME_PORT]: (who) => `${who} would send it back where it came from`,
  [DropReason.BRIDGE_NO_EGRESS]: (who) => `${who} has no port left that could want it`,
  [DropReason.ARP_NOT_FOR_US]: (who) => `${who} stays silent: the question is not about it`,
  [DropReason.ICMP_ECHO_IGNORED]: (who) => `${who} does not answer pings to everybody`,
  [DropReason.SOCKET_RCVBUFF]: (who) => `the program in ${who} reads too slowly`,
  [DropReason.FRAG_REASM_TIMEOUT]: (who) => `${who} waited for the other fragments in vain`,
  [DropReason.NETFILTER_DROP]: (who) => `${who} drops it: an iptables rule says so`,
  [DropReason.MTU_EXCEEDED]: (who) => `it is longer than ${who} may send in one frame`,
  [DropReason.NO_TX_TARGET]: (who) => `the tunnel of ${who} knows no other end for it`,
  [DropReason.VXLAN_VNI_NOT_FOUND]: (who) => `${who} has no VXLAN device of that number (VNI)`,
  [DropReason.VXLAN_INVALID_HDR]: (who) => `${who} finds a broken VXLAN header`,
  [DropReason.LOCAL_MAC]: (who) => `${who} finds its own MAC as the sender`,
  [DropReason.VXLAN_ENTRY_EXISTS]: (who) => `${who} was told by hand that this MAC is behind another host`,
  [DropReason.RECURSION_LIMIT]: (who) => `${who} would send the tunnel's packets into the tunnel itself`,
};

export const enEvents = {
  title: "Events",
  filter: "Filter events",
  filterHint: "arp, nginx-1, vxlan, proto 4 …",
  empty: "Nothing has happened yet. Ping, or type something in a terminal.",
  noMatch: "No event matches the filter.",
  capture: "Save what every interface saw as pcapng",
  follow: "Follow the playhead",
  count: (n: number) => (n === 1 ? "1 event" : `${n.toLocaleString("en")} events`),
  command: (who: string, line: string) => `In ${who}: ${line}`,
  keys: (who: string, keys: string) => `In ${who}: ${keys}`,
  commandUnknown: "A command is typed",
  frame: "a frame",
  arpRequest: (target: string, sender: string) => `who has ${target}? Tell ${sender}`,
  arpProbe: (target: string) => `is anybody using ${target}?`,
  arpAnnounce: (ip: string) => `${ip} announces itself`,
  arpReply: (ip: string, mac: string) => `${ip} is at ${mac}`,
  echoRequest: (src: string, dst: string, seq: number) => `echo request ${seq}, ${src} → ${dst}`,
  echoReply: (src: string, dst: string, seq: number) => `echo reply ${seq}, ${src} → ${dst}`,
  icmpError: (what: string, src: string) => `${what}, says ${src}`,
  icmpNames: {
    net: "network unreachable",
    host: "host unreachable",
    protocol: "protocol unreachable",
    port: "port unreachable",
    frag: "fragmentation needed",
    prohibited: "communication prohibited",
    unreachable: "destination unreachable",
    redirect: "there is a shorter way",
    ttl: "time to live exceeded",
    other: "ICMP message",
  },
  icmp6: {
    routerSolicitation: (src: string) => `router solicitation: is there a router? asks ${src}`,
    routerAdvertisement: (src: string) => `router advertisement from ${src}`,
    isTaken: (about: string) => `neighbor solicitation: is anybody using ${about}?`,
    neighbourSolicitation: (about: string, src: string) => `neighbor solicitation: who has ${about}? asks ${src}`,
    neighbourAdvertisement: (about: string) => `neighbor advertisement: here is ${about}`,
    listenerReport: (src: string, group: string) =>
      `multicast listener report: ${src === "::" ? "somebody" : src} listens to ${group}`,
    other: (type: number) => `ICMPv6 type ${type}`,
  },
  datagram: (protocol: string, src: string, dst: string, extra: string) => `${protocol} ${src} → ${dst}${extra}`,
  hop: (from: string, to: string, what: string) => `${from} → ${to}: ${what}`,
  hopNowhere: (from: string, what: string) => `${from} sends into nothing: ${what}`,
  up: (bridge: string, host: string) => `${bridge} hands it up to ${host}'s own stack`,
  xmit: (host: string, bridge: string) => `${host}'s own stack sends through ${bridge}`,
  forward: (bridge: string, mac: string, port: string) => `${bridge} has ${mac} behind ${port}: out of that port only`,
  floodAll: (bridge: string, ports: string) => `${bridge} floods: ${ports}`,
  floodUnknown: (bridge: string, mac: string, ports: string) => `${bridge} does not know ${mac} and floods: ${ports}`,
  comma: ", ",
  ownStack: "up to the host itself",
  copies: (n: number) => (n === 1 ? "1 copy" : `${n} copies`),
  fdbAdd: (bridge: string, mac: string, port: string) => `${bridge} learns ${mac} behind ${port}`,
  fdbAddByHand: (bridge: string, mac: string, port: string) => `${bridge} is told: ${mac} is behind ${port}`,
  fdbOwn: (bridge: string, mac: string) => `${bridge} notes its own MAC ${mac}`,
  fdbMove: (bridge: string, mac: string, port: string) => `${bridge} sees ${mac} move to ${port}`,
  fdbAged: (bridge: string, mac: string) => `${bridge} forgets ${mac}: not heard from for too long`,
  fdbDelete: (bridge: string, mac: string) => `${bridge} is told to forget ${mac}`,
  neigh: {
    asks: (who: string, ip: string) => `No MAC for ${ip}: ${who} asks everybody`,
    knows: (who: string, ip: string) => `${who} now knows ${ip}'s MAC`,
    heard: (who: string, ip: string) => `${who} notes ${ip}'s MAC from what it heard (STALE: not confirmed)`,
    confirmed: (who: string, ip: string) => `${who} has ${ip} confirmed (REACHABLE)`,
    stale: (who: string, ip: string) => `${who} has not had ${ip} confirmed for a while (STALE)`,
    delay: (who: string, ip: string) => `${who} uses the stale entry of ${ip} and gives it 5 s to be confirmed`,
    probe: (who: string, ip: string) => `Unconfirmed for 5 s: ${who} checks ${ip}'s MAC by a unicast ARP`,
    failed: (who: string, ip: string) => `Nobody answers for ${ip}: ${who} gives up (FAILED)`,
    permanent: (who: string, ip: string) => `${who} is told ${ip}'s MAC, for good (PERMANENT)`,
    gone: (who: string, ip: string) => `${who} forgets ${ip}`,
    other: (who: string, ip: string, from: string, to: string) => `${who}: ${ip} goes from ${from} to ${to}`,
  },
  queued: (who: string, dev: string, ip: string, n: number) =>
    n > 1 ? `${n} frames wait at ${who}'s ${dev} for ${ip}'s MAC` : `It waits at ${who}'s ${dev} for ${ip}'s MAC`,
  routeDirect: (who: string, ip: string, dev: string) => `${who} wants ${ip}: that is direct, on ${dev}`,
  routeVia: (who: string, ip: string, gateway: string, dev: string) => `${who} wants ${ip}: by ${gateway}, on ${dev}`,
  routeDefault: (who: string, gateway: string, dev: string) =>
    `${who} takes the default route: by ${gateway}, on ${dev}`,
  routeBy: (who: string, gateway: string, dev: string) => `${who} takes the route by ${gateway}, on ${dev}`,
  routeSelf: (who: string, ip: string) => `${who} wants ${ip}: that is itself`,
  routeNone: (ip: string) => `There is no route to ${ip}`,
  forwarded: (who: string, from: string, to: string, ttl: number) =>
    `${who} forwards it from ${from} to ${to}; TTL is now ${ttl}`,
  deliver: (who: string, what: string) => `${who} takes it in: ${what}`,
  deliverSocket: (who: string, what: string) => `A program in ${who} gets it: ${what}`,
  packetOf: (protocol: string) => (/^[AI]/.test(protocol) ? `an ${protocol} packet` : `a ${protocol} packet`),
  send: (who: string, what: string) => `A program in ${who} sends: ${what}`,
  sendKernel: (who: string, what: string) => `The kernel of ${who} sends: ${what}`,
  makesRequest: (who: string, what: string) => `The kernel of ${who} makes an ARP request: ${what}`,
  makesReply: (who: string, what: string) => `The kernel of ${who} makes an ARP reply: ${what}`,
  drop: (who: string, reason: number) => (drops[reason] ?? drops[DropReason.NOT_SPECIFIED]!)(who),
  unknown: (who: string) => `Something happens at ${who} that this page has no words for`,
  nfRule: (table: string, chain: string, n: number) => `rule ${n} of ${chain} (iptables -t ${table})`,
  nfPolicy: (table: string, chain: string) => `the policy of ${chain} (iptables -t ${table})`,
  nfDrop: (who: string, rule: string) => `${who} drops it: ${rule} says so`,
  nfVerdicts: {
    CONTINUE: (who: string, rule: string) => `${who}: ${rule} matches and lets it go on`,
    ACCEPT: (who: string, rule: string) => `${who}: ${rule} accepts it`,
    DROP: (who: string, rule: string) => `${who}: ${rule} drops it`,
    REJECT: (who: string, rule: string) => `${who}: ${rule} rejects it and tells the sender`,
    RETURN: (who: string, rule: string) => `${who}: ${rule} sends it back to the chain it came from`,
    JUMP: (who: string, rule: string) => `${who}: ${rule} sends it into another chain`,
    SNAT: (who: string, rule: string) => `${who}: ${rule} gives it another source address`,
    DNAT: (who: string, rule: string) => `${who}: ${rule} gives it another destination address`,
  },
  natSource: (who: string, hook: string, old: string, fresh: string, by: string) =>
    `${who}, ${hook}: source ${old} → ${fresh} (${by})`,
  natDestination: (who: string, hook: string, old: string, fresh: string, by: string) =>
    `${who}, ${hook}: destination ${old} → ${fresh} (${by})`,
  natRule: (target: string, n: number) => `${target}, rule ${n}`,
  natKnown: "as conntrack remembers",
  ctNew: (who: string, id: number) => `${who} begins to track a connection (conntrack ${id})`,
  ctChanged: (who: string, id: number) => `${who} sees a tracked connection change (conntrack ${id})`,
  ctGone: (who: string, id: number) => `${who} stops tracking a connection (conntrack ${id})`,
  tunnel: {
    parcel: (kind: string, src: string, dst: string, inner: string) => `${kind} ${src} → ${dst}, inside: ${inner}`,
    into: (who: string, dev: string, what: string) => `${who} sends it into the tunnel ${dev}: ${what}`,
    wrapVxlan: (who: string, dev: string, ip: string, port: number, vni: number, bytes: number) =>
      `${who}'s ${dev} wraps it for ${ip}: UDP ${port}, VNI ${vni}, ${bytes} bytes more`,
    wrapIpip: (who: string, dev: string, ip: string, bytes: number) =>
      `${who}'s ${dev} wraps it for ${ip}: IP protocol 4, ${bytes} bytes more`,
    unwrap: (who: string, dev: string, ip: string, bytes: number) =>
      `${who}'s ${dev} unwraps what came from ${ip}: ${bytes} bytes less`,
    flood: (dev: string, n: number) => `${dev} wraps ${n} copies, one for each host that it was told`,
    fdbAdd: (dev: string, mac: string, ip: string) => `${dev} is told: ${mac} is behind the host ${ip}`,
    fdbAll: (dev: string, ip: string) => `${dev} is told: what has no entry of its own goes to ${ip} too`,
    fdbLearn: (dev: string, mac: string, ip: string) => `${dev} learns that ${mac} is behind the host ${ip}`,
    fdbMove: (dev: string, mac: string, ip: string) => `${dev} notes that ${mac} is now behind the host ${ip}`,
    byRoute: (route: string) => `The route “${route}” leads into the tunnel.`,
    byBridge: (dev: string) => `The bridge chose its port ${dev}, which is a tunnel.`,
    byNeighbour: (ip: string, mac: string) => `The neighbour entry of ${ip} gives the inner frame's MAC, ${mac}.`,
    byFdb: (dev: string, mac: string, ip: string) =>
      `${dev}'s FDB has ${mac} behind ${ip}, so the whole frame becomes the payload of a UDP datagram to that host.`,
    byDefault: (dev: string, mac: string, ip: string) =>
      `${dev}'s FDB has no entry for ${mac}; the one for all others (MAC 00:00:00:00:00:00, or the device's remote) names ${ip}.`,
    byGateway: (ip: string) =>
      `An IPIP device without a remote takes the route's gateway as the other end: the packet becomes the payload of another one to ${ip}, and has no Ethernet header inside.`,
    byRemote: (dev: string, ip: string) =>
      `${dev} has one other end, ${ip}: the packet becomes the payload of another one to there.`,
    cameVxlan: (dev: string, port: number, vni: number) =>
      `A datagram came to UDP port ${port} with VNI ${vni}, and that is ${dev}'s number. The kernel takes the outer headers off, and the inner frame goes on as if it had come in by ${dev}.`,
    cameIpip: (dev: string) =>
      `IP protocol 4 goes to the IPIP module, and ${dev} is the device for this sender. The outer header is taken off, and the inner packet goes on as if it had come in by ${dev}.`,
    whyFlood: (dev: string) =>
      `The MAC has no single host in ${dev}'s FDB. There is no multicast here: the device sends one wrapped copy to each host in its list.`,
    whyLearn: (dev: string, ip: string) =>
      `The frame came out of a datagram from ${ip}. ${dev} learns as a bridge does, from the source, but notes a host instead of a port.`,
    whyDrop: {
      [DropReason.NO_TX_TARGET]: (who: string) =>
        `${who}'s VXLAN device has no FDB entry for the frame's MAC and none for all others, so it doesn't know which host to send it to. “bridge fdb append 00:00:00:00:00:00 dev … dst HOST” would give it one.`,
      [DropReason.VXLAN_VNI_NOT_FOUND]: (who: string) =>
        `The datagram came to VXLAN's port on ${who}, but no device there has its number (VNI). Both ends of a tunnel need the same number and the same port.`,
      [DropReason.VXLAN_ENTRY_EXISTS]: (who: string) =>
        `An entry made by hand on ${who} says that the sender's MAC is behind another host. What a person wrote is not overwritten by what a frame claims.`,
      [DropReason.RECURSION_LIMIT]: (who: string) =>
        `On ${who} the route to the tunnel's other end leads into the tunnel itself: the packet would be wrapped again and again.`,
      [DropReason.LOCAL_MAC]: (who: string) =>
        `The frame inside bears ${who}'s own MAC as its sender: it has come back in a circle, or two devices have the same MAC.`,
    } as Readonly<Record<number, (who: string) => string>>,
    guises: "One packet all the way, in other packets where it was wrapped:",
    outer: "Outer",
    inner: "Inner",
    added: (bytes: number) => `+${bytes} bytes`,
    room: (mtu: number, left: number) => `MTU ${mtu}: ${left} bytes are left for what is inside`,
    tunnels: "Tunnels",
    vni: "VNI",
    port: "UDP port",
    local: "local",
    remote: "remote",
    byTable: "by the FDB",
    byRoutes: "by the route's gateway",
    any: "any",
    by: (dev: string) => `over ${dev}`,
    behind: (ip: string) => `behind ${ip}`,
  },
  linkUp: (name: string) => `${name} comes up`,
  linkDown: (name: string) => `${name} goes down`,
  chips: {
    fdb: "FDB",
    route: "ROUTE",
    neigh: "NEIGH",
    drop: "DROP",
    ignored: "IGNORED",
    link: "LINK",
    rule: "RULE",
    nat: "NAT",
    conntrack: "CT",
    waits: "WAITS",
    other: "ETH",
  },
  why: {
    floodBroadcast: (bridge: string) =>
      `The destination is broadcast, so ${bridge} looks nothing up: one copy goes out of every other port, and one up to the host's own stack.`,
    floodGroup: (bridge: string, mac: string) =>
      `${mac} is a group's address, not one machine's: nobody sends from it, so no table can learn it. ${bridge} sends a copy out of every port behind which somebody may listen.`,
    floodUnknown: (bridge: string, mac: string) =>
      `${bridge}'s table has no entry for ${mac}. A bridge that does not know where somebody is sends to every port but the one the frame came in by; the answer will teach it.`,
    forward: (bridge: string, mac: string, port: string) =>
      `${bridge} looked up the destination ${mac} in its table and found ${port}, because a frame from that MAC came in there before. No other port sees this frame.`,
    up: (bridge: string) =>
      `${bridge} is a bridge and an interface of the host at once. What is broadcast, or addressed to ${bridge}'s own MAC, also goes up to the host's own stack.`,
    learn: (bridge: string, mac: string, port: string) =>
      `A bridge learns from the source, never from the destination: a frame from ${mac} came in by ${port}, so ${bridge} notes that it is there. The entry goes when nothing is heard from it for the ageing time.`,
    asks: (who: string, ip: string) =>
      `To put ${ip} into an Ethernet frame ${who} needs its MAC. It has no entry for it, so it asks everybody on the link by ARP and lets the packet wait: up to three questions, a second apart.`,
    queued: (ip: string) =>
      `The packet is finished but for six bytes: the destination MAC of ${ip}. It waits in the neighbour entry's queue and leaves as soon as the answer is there.`,
    probe: (who: string, ip: string) =>
      `${who} learned ${ip}'s MAC from a question that it overheard and has used it since without proof that it is right. After five seconds Linux wants proof: it asks that one MAC directly. Nobody else hears it.`,
    delay: () =>
      `The entry is old or was never confirmed. Linux sends with it all the same, and waits five seconds for a sign that it is right before it asks.`,
    stale: () =>
      `A confirmed entry counts for 15 to 45 seconds (random, so that hosts don't ask in step). Then it is STALE: still used, but to be checked.`,
    heard: (who: string, ip: string) =>
      `The ARP request carried ${ip}'s own MAC, so ${who} needs no question of its own. It was only overheard, not confirmed: the entry starts as STALE.`,
    failed: (who: string, ip: string) =>
      `${who} asked three times, a second apart, and nobody said "${ip} is at …": there is no such address on this link, or its owner is stopped or cut off. What was waiting is dropped, and the program that sent it is told "Destination Host Unreachable".`,
    unanswered: (who: string) =>
      `${who} asked for the MAC three times and got no answer, so the packet could never be put into a frame. The program that sent it is told "Destination Host Unreachable".`,
    down: () =>
      `An interface that is down takes and sends nothing, and neither does its other end: a veth pair is one cable. "ip link" shows which end is down.`,
    ownError: (who: string) =>
      `The message doesn't come from the network: ${who}'s own kernel says it, because nobody answered its ARP questions.`,
    dropped: (who: string) =>
      `Of all rules that ${who} asked, the one below matched and decided. DROP tells nobody: whoever sent the packet waits until it gives up.`,
    rejected: (who: string) =>
      `Of all rules that ${who} asked, the one below matched and decided. REJECT ends the packet and tells its sender so.`,
    policyDrops: (who: string, chain: string) =>
      `No rule of ${chain} decided, so its policy does, and on ${who} that is DROP: it tells nobody, and whoever sent the packet waits until it gives up.`,
    notByRule: (who: string) =>
      `No rule said so: ${who}'s connection tracking could not let it pass (its table is full, the same connection came to be meanwhile, or its masquerading address has gone).`,
    otherhost: (who: string) =>
      `The frame's destination MAC is not ${who}'s. A network card that is not promiscuous lets such frames lie.`,
    notForUs: (who: string) =>
      `Everybody on the link got this question, because it was broadcast. Only the owner of the address answers; ${who} reads it and stays silent.`,
    direct: (ip: string) =>
      `${ip} lies in a network that this interface is in itself, so there is no router on the way: the frame is addressed to its MAC.`,
    via: (gateway: string) =>
      `No route is closer than the one by ${gateway}. The packet keeps its destination address; only the frame is addressed to the gateway's MAC.`,
    forwarded: () =>
      `The packet is not for this host, ip_forward is on, and a route leads on. The TTL goes down by one, so that a packet can't run in a ring for ever.`,
    hop: (from: string, to: string) =>
      `${from} and ${to} are the two ends of one cable: what goes in at one end comes out at the other, unchanged.`,
    echo: (who: string) =>
      `The kernel of ${who} answers an echo request by itself: same identifier, same sequence number, same data, addresses swapped. No program is involved.`,
  },
};
