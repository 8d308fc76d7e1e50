/** Where what no site serves is sent. High enough that no test wants them for itself. */
export const SINK_PORTS = {
  tcp: 61_001,
  udp: 61_002,
  quic: 61_003,
  dns: 61_053,
  dnsOverTls: 61_853,
} as const;
