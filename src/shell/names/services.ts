/** Names of ports, /etc/services: those that people meet. */
export const SERVICES: readonly {
  readonly name: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp" | "both";
}[] = [
  { name: "ftp", port: 21, protocol: "tcp" },
  { name: "ssh", port: 22, protocol: "tcp" },
  { name: "telnet", port: 23, protocol: "tcp" },
  { name: "smtp", port: 25, protocol: "tcp" },
  { name: "domain", port: 53, protocol: "both" },
  { name: "bootps", port: 67, protocol: "udp" },
  { name: "bootpc", port: 68, protocol: "udp" },
  { name: "tftp", port: 69, protocol: "udp" },
  { name: "http", port: 80, protocol: "tcp" },
  { name: "pop3", port: 110, protocol: "tcp" },
  { name: "ntp", port: 123, protocol: "udp" },
  { name: "imap2", port: 143, protocol: "tcp" },
  { name: "snmp", port: 161, protocol: "both" },
  { name: "bgp", port: 179, protocol: "tcp" },
  { name: "https", port: 443, protocol: "both" },
  { name: "syslog", port: 514, protocol: "udp" },
  { name: "mysql", port: 3306, protocol: "tcp" },
  { name: "vxlan", port: 4789, protocol: "udp" },
  { name: "postgresql", port: 5432, protocol: "tcp" },
  { name: "redis", port: 6379, protocol: "tcp" },
  { name: "http-alt", port: 8080, protocol: "both" },
];

/** The name of a port, or null. */
export function serviceName(port: number, protocol: "tcp" | "udp"): string | null {
  return SERVICES.find((s) => s.port === port && (s.protocol === protocol || s.protocol === "both"))?.name ?? null;
}

/** The port of a name, or null. */
export function servicePort(name: string): number | null {
  return SERVICES.find((s) => s.name === name)?.port ?? null;
}
