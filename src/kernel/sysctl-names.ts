/**
 * Names and defaults of the sysctls that the model knows: Documentation/networking/ip-sysctl.rst and the tables of
 * net/ipv4/sysctl_net_ipv4.c, devinet.c and net/core/neighbour.c of Linux 6.x.
 */

/** net.ipv4.conf.DEV.*: ipv4_devconf_dflt. */
export const CONF_DEFAULTS: Readonly<Record<string, number>> = {
  accept_local: 0,
  accept_redirects: 1,
  accept_source_route: 1,
  arp_accept: 0,
  arp_announce: 0,
  arp_evict_nocarrier: 1,
  arp_filter: 0,
  arp_ignore: 0,
  arp_notify: 0,
  bc_forwarding: 0,
  bootp_relay: 0,
  disable_policy: 0,
  disable_xfrm: 0,
  drop_gratuitous_arp: 0,
  drop_unicast_in_l2_multicast: 0,
  force_igmp_version: 0,
  forwarding: 0,
  igmpv2_unsolicited_report_interval: 10_000,
  igmpv3_unsolicited_report_interval: 1000,
  ignore_routes_with_linkdown: 0,
  log_martians: 0,
  mc_forwarding: 0,
  medium_id: 0,
  promote_secondaries: 0,
  proxy_arp: 0,
  proxy_arp_pvlan: 0,
  route_localnet: 0,
  rp_filter: 0,
  secure_redirects: 1,
  send_redirects: 1,
  shared_media: 1,
  src_valid_mark: 0,
  tag: 0,
};

export const CONF_NAMES: readonly string[] = Object.keys(CONF_DEFAULTS);

/** net.ipv4.neigh.DEV.*, by canonical name: seconds, milliseconds where the name says so, hundredths for delays. */
export const NEIGH_DEFAULTS: Readonly<Record<string, number>> = {
  anycast_delay: 100,
  app_solicit: 0,
  base_reachable_time_ms: 30_000,
  delay_first_probe_time: 5,
  gc_stale_time: 60,
  interval_probe_time_ms: 5000,
  /** Hundredths of a second. */
  locktime: 100,
  mcast_resolicit: 0,
  mcast_solicit: 3,
  /** Hundredths of a second. */
  proxy_delay: 80,
  proxy_qlen: 64,
  retrans_time_ms: 1000,
  ucast_solicit: 3,
  unres_qlen_bytes: 212_992,
};

/** Names in /proc and what they stand for: the canonical name, and how many of its units one of theirs is. */
export const NEIGH_NAMES: Readonly<Record<string, { readonly key: string; readonly factor: number }>> = {
  ...Object.fromEntries(Object.keys(NEIGH_DEFAULTS).map((key) => [key, { key, factor: 1 }])),
  base_reachable_time: { key: "base_reachable_time_ms", factor: 1000 },
  retrans_time: { key: "retrans_time_ms", factor: 10 },
  /** In packets of the truesize of a full Ethernet frame. */
  unres_qlen: { key: "unres_qlen_bytes", factor: 2090 },
};

/** What the neighbour table of a machine has once: net.ipv4.neigh.default.* only. */
export const NEIGH_TABLE: Readonly<Record<string, number>> = {
  gc_interval: 30,
  gc_thresh1: 128,
  gc_thresh2: 512,
  gc_thresh3: 1024,
};

export interface Global {
  readonly values: readonly number[];
  readonly range?: readonly [number, number];
  /** One for the machine, and seen only from its first namespace. */
  readonly machine?: true;
}

const flag = (value: number): Global => ({ values: [value], range: [0, 1] });
const whole = (...values: number[]): Global => ({ values });
const machine = (...values: number[]): Global => ({ values, machine: true });

/** Everything else, by whole name. */
export const GLOBALS: Readonly<Record<string, Global>> = {
  "net.bridge.bridge-nf-call-arptables": flag(1),
  "net.bridge.bridge-nf-call-ip6tables": flag(1),
  "net.bridge.bridge-nf-call-iptables": flag(1),
  "net.bridge.bridge-nf-filter-pppoe-tagged": flag(0),
  "net.bridge.bridge-nf-filter-vlan-tagged": flag(0),
  "net.bridge.bridge-nf-pass-vlan-input-dev": flag(0),
  "net.core.netdev_max_backlog": machine(1000),
  "net.core.optmem_max": whole(131_072),
  "net.core.rmem_default": whole(212_992),
  "net.core.rmem_max": whole(4_194_304),
  "net.core.somaxconn": whole(4096),
  "net.core.txrehash": flag(1),
  "net.core.wmem_default": whole(212_992),
  "net.core.wmem_max": whole(4_194_304),
  "net.core.xfrm_acq_expires": whole(30),
  "net.core.xfrm_aevent_etime": whole(10),
  "net.core.xfrm_aevent_rseqth": whole(2),
  "net.core.xfrm_larval_drop": whole(1),
  "net.ipv4.fib_multipath_hash_fields": whole(7),
  "net.ipv4.fib_multipath_hash_policy": { values: [0], range: [0, 3] },
  "net.ipv4.fib_notify_on_flag_change": { values: [0], range: [0, 2] },
  "net.ipv4.fwmark_reflect": whole(0),
  "net.ipv4.icmp_echo_enable_probe": flag(0),
  "net.ipv4.icmp_echo_ignore_all": flag(0),
  "net.ipv4.icmp_echo_ignore_broadcasts": flag(1),
  "net.ipv4.icmp_errors_use_inbound_ifaddr": flag(0),
  "net.ipv4.icmp_ignore_bogus_error_responses": flag(1),
  "net.ipv4.icmp_msgs_burst": { values: [50], range: [0, 2 ** 31 - 1] },
  "net.ipv4.icmp_msgs_per_sec": { values: [1000], range: [0, 2 ** 31 - 1] },
  "net.ipv4.icmp_ratelimit": whole(1000),
  "net.ipv4.icmp_ratemask": whole(6168),
  "net.ipv4.igmp_link_local_mcast_reports": whole(1),
  "net.ipv4.igmp_max_memberships": whole(20),
  "net.ipv4.igmp_max_msf": whole(10),
  "net.ipv4.igmp_qrv": { values: [2], range: [1, 2 ** 31 - 1] },
  "net.ipv4.ip_autobind_reuse": flag(0),
  "net.ipv4.ip_default_ttl": { values: [64], range: [1, 255] },
  "net.ipv4.ip_dynaddr": whole(0),
  "net.ipv4.ip_early_demux": whole(1),
  "net.ipv4.ip_forward_update_priority": flag(1),
  "net.ipv4.ip_forward_use_pmtu": whole(0),
  "net.ipv4.ip_local_port_range": { values: [32_768, 60_999], range: [1, 65_535] },
  "net.ipv4.ip_no_pmtu_disc": whole(0),
  "net.ipv4.ip_nonlocal_bind": whole(0),
  "net.ipv4.ip_unprivileged_port_start": { values: [1024], range: [0, 65_535] },
  "net.ipv4.ipfrag_high_thresh": whole(4_194_304),
  "net.ipv4.ipfrag_low_thresh": whole(3_145_728),
  "net.ipv4.ipfrag_max_dist": whole(64),
  "net.ipv4.ipfrag_time": whole(30),
  "net.ipv4.nexthop_compat_mode": flag(1),
  "net.ipv4.ping_group_range": { values: [1, 0], range: [0, 2 ** 31 - 1] },
  "net.ipv4.route.error_burst": machine(1250),
  "net.ipv4.route.error_cost": machine(250),
  "net.ipv4.raw_l3mdev_accept": flag(1),
  "net.ipv4.route.min_adv_mss": whole(256),
  "net.ipv4.route.min_pmtu": whole(552),
  "net.ipv4.route.mtu_expires": whole(600),
  "net.ipv4.route.redirect_load": machine(5),
  "net.ipv4.route.redirect_number": machine(9),
  "net.ipv4.route.redirect_silence": machine(5120),
  "net.ipv4.tcp_fin_timeout": whole(60),
  "net.ipv4.tcp_orphan_retries": { values: [0], range: [0, 255] },
  "net.ipv4.tcp_retries1": { values: [3], range: [0, 255] },
  "net.ipv4.tcp_retries2": { values: [15], range: [8, 255] },
  "net.ipv4.tcp_sack": { values: [1], range: [0, 255] },
  "net.ipv4.tcp_slow_start_after_idle": { values: [1], range: [0, 255] },
  "net.ipv4.tcp_syn_linear_timeouts": { values: [4], range: [0, 127] },
  "net.ipv4.tcp_syn_retries": { values: [6], range: [1, 127] },
  "net.ipv4.tcp_synack_retries": { values: [5], range: [0, 255] },
  "net.ipv4.tcp_syncookies": { values: [1], range: [0, 2] },
  "net.ipv4.tcp_timestamps": { values: [1], range: [0, 2] },
  "net.ipv4.tcp_window_scaling": { values: [1], range: [0, 255] },
  "net.ipv4.udp_early_demux": whole(1),
  "net.ipv4.udp_l3mdev_accept": flag(0),
  "net.ipv4.udp_rmem_min": whole(4096),
  "net.ipv4.udp_wmem_min": whole(4096),
  "net.netfilter.nf_conntrack_acct": flag(0),
  "net.netfilter.nf_conntrack_checksum": flag(1),
  "net.netfilter.nf_conntrack_count": whole(0),
  "net.netfilter.nf_conntrack_generic_timeout": whole(600),
  "net.netfilter.nf_conntrack_icmp_timeout": whole(30),
  "net.netfilter.nf_conntrack_log_invalid": { values: [0], range: [0, 255] },
  "net.netfilter.nf_conntrack_max": whole(262_144),
  "net.netfilter.nf_conntrack_tcp_be_liberal": flag(0),
  "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst": flag(0),
  "net.netfilter.nf_conntrack_tcp_loose": flag(1),
  "net.netfilter.nf_conntrack_tcp_max_retrans": { values: [3], range: [0, 255] },
  "net.netfilter.nf_conntrack_tcp_timeout_close": whole(10),
  "net.netfilter.nf_conntrack_tcp_timeout_close_wait": whole(60),
  "net.netfilter.nf_conntrack_tcp_timeout_established": whole(432_000),
  "net.netfilter.nf_conntrack_tcp_timeout_fin_wait": whole(120),
  "net.netfilter.nf_conntrack_tcp_timeout_last_ack": whole(30),
  "net.netfilter.nf_conntrack_tcp_timeout_max_retrans": whole(300),
  "net.netfilter.nf_conntrack_tcp_timeout_syn_recv": whole(60),
  "net.netfilter.nf_conntrack_tcp_timeout_syn_sent": whole(120),
  "net.netfilter.nf_conntrack_tcp_timeout_time_wait": whole(120),
  "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged": whole(300),
  "net.netfilter.nf_conntrack_udp_timeout": whole(30),
  "net.netfilter.nf_conntrack_udp_timeout_stream": whole(120),
  "net.netfilter.nf_log_all_netns": { values: [0], range: [0, 1], machine: true },
  "net.ipv4.xfrm4_gc_thresh": whole(32_768),
  /** IPv6 itself is not simulated; these say whether devices show a link-local address. */
  "net.ipv6.conf.all.disable_ipv6": flag(1),
  "net.ipv6.conf.default.disable_ipv6": flag(1),
};
