import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";

import {
  parseConntrackTable,
  parseSocketTable,
} from "../../../../agent/egress/enforcement/begun-flows.ts";

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0201F40A:D903 0A6433C6:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 20 4 30 10 -1
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0201F40A:D904 0A6433C6:01BB 02 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
`;
const TCP6 = `  sl  local_address                         remote_address                        st
   0: 0000000000000000FFFF00000201F40A:D903 0000000000000000FFFF00000A6433C6:01BB 01 0
   1: B80D0120000000000000000001000000:D903 B80D0120000000000000000002000000:0016 01 0
`;
const CONNTRACK = `ipv4     2 tcp      6 431999 ESTABLISHED src=10.88.0.5 dst=198.51.100.10 sport=40000 dport=443 src=198.51.100.10 dst=10.244.1.2 sport=443 dport=40000 [ASSURED] mark=0 use=1
ipv4     2 tcp      6 110 SYN_SENT src=10.88.0.5 dst=198.51.100.11 sport=40001 dport=443 [UNREPLIED] src=198.51.100.11 dst=10.244.1.2 sport=443 dport=40001 mark=0 use=1
ipv6     10 udp      17 25 src=2001:db8::1 dst=2001:db8::2 sport=50000 dport=123 src=2001:db8::2 dst=2001:db8::1 sport=123 dport=50000 mark=0 use=1
ipv4     2 icmp     1 29 src=10.88.0.5 dst=198.51.100.10 type=8 code=0 id=1 src=198.51.100.10 dst=10.244.1.2 type=0 code=0 id=1 mark=0 use=1
`;

describe("of the machine's own sockets", () => {
  test("those that are connected are flows", () => {
    expect(parseSocketTable(TCP, 6)).toEqual([
      {
        protocol: 6,
        source: { ip: "10.244.1.2", port: 55_555 },
        destination: { ip: "198.51.100.10", port: 443 },
      },
    ]);
  });

  test("a mapped address is the IPv4 one that is on the wire", () => {
    expect(parseSocketTable(TCP6, 6)).toMatchObject([
      { source: { ip: "10.244.1.2" }, destination: { ip: "198.51.100.10", port: 443 } },
      { source: { ip: "2001:db8::1" }, destination: { ip: "2001:db8::2", port: 22 } },
    ]);
  });
});

test("of what is forwarded the way out counts, where it is established", () => {
  expect(parseConntrackTable(CONNTRACK)).toEqual([
    {
      protocol: 6,
      source: { ip: "10.88.0.5", port: 40_000 },
      destination: { ip: "198.51.100.10", port: 443 },
    },
    {
      protocol: 17,
      source: { ip: "2001:db8::1", port: 50_000 },
      destination: { ip: "2001:db8::2", port: 123 },
    },
  ]);
});

test("no text makes them throw", () => {
  assert(
    property(string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(Array.isArray(parseSocketTable(text, 17))).toBe(true);
      expect(Array.isArray(parseConntrackTable(text))).toBe(true);
    }),
  );
});
