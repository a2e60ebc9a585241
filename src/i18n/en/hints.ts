// What is said beside the terminal. `about` has a sentence for each rule of the hints.
export const enHints = {
  label: "Hint",
  dismiss: "Don't show this hint again",
  instead: "Meant was:",
  use: "Put it at the prompt",
  pasted: (lines: number) =>
    lines === 1
      ? "One line of what you pasted looks like output, not like a command: it was left out."
      : `${lines} lines of what you pasted look like output, not like commands: they were left out.`,
  about: {
    longDash:
      "The dash here is a long one (–), as word processors make of two hyphens. To docker it is no flag but the name of an image. Short flags have one hyphen (-d), long ones two (--net).",
    shortNet: "A flag of more than one letter needs two hyphens: docker reads -net as -n -e -t.",
    logPath: "The kernel's log is in /var/log/messages: log without s, messages with one.",
    nameTaken:
      "A container of that name is already here: perhaps the scene has started it. Remove it first (docker rm -f NAME), or take another name.",
    imageUnknown: "There is no registry in this world to pull from. `docker images` lists what is here.",
    installed:
      "Nothing needs to be installed: ifconfig, route, brctl, tcpdump and the like are already on every machine and in every container.",
    notTerminal: "-t asks for a terminal, but here stdin is a pipe. With -i alone it works.",
    nameUnknown:
      "The internet of this world has one DNS server, and it knows few names: www.example.com and dns.example.com. What the notes ask for somewhere else works with those.",
    notHere: "docker0 Playground doesn't simulate that program. `help` lists those that are here.",
    traceWhere:
      "Now send a ping. With iptables-legacy, what TRACE saw is in `dmesg` and at the end of /var/log/messages. With nf_tables (`iptables -V` says which it is) Linux tells only xtables-monitor, which docker0 Playground doesn't simulate: the Netfilter panel shows the packet's walk in either case.",
    tcpdumpWords:
      "Older tcpdumps call the snapshot length “capture size”, and say “use -v or -vv”. The packets' lines are the same. Ctrl-C ends it.",
    busyboxPing:
      "All images here hold the same Debian tools. The ping of a real busybox prints “56 data bytes” and counts seq from 0.",
    busyboxLink:
      "All images here hold the same Debian tools. The ip of a real busybox prints less: no mode, no group, and qlen 1.",
    ifconfigFormat:
      "This is ifconfig of net-tools 2.10. In notes from older systems, and in busybox, it prints “Link encap:Ethernet  HWaddr …” and “inet addr:”: the same facts in another form. Lines such as “1198: veth…@if1197:” come from `ip addr`.",
    brctlColumns:
      "The columns are set apart by tabs, which get lost when somebody copies them. The bridge id is the priority (8000) and docker0's MAC, which Docker draws by lot: yours is another one.",
    routeNames:
      "route looks up a name for each gateway: notes show “gateway” where theirs had one. route -n shows the numbers. The line link-local (169.254.0.0/16) comes from CentOS's network scripts.",
    ethtoolVeth: "Newer kernels print more about a veth. peer_ifindex, the number of the other end, is what it was.",
    networkInspect:
      "Docker 20.10 prints a few fields more than the notes' (Created, Attachable, ConfigFrom …), and its gateway only where somebody chose it.",
  },
};
