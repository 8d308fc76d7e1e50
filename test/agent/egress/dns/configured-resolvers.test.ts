import { describe, expect, test } from "vitest";

import {
  toConfiguredResolvers,
  type ResolverSources,
} from "../../../../agent/egress/dns/configured-resolvers.ts";

const UDP_HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

describe("the resolvers to ask", () => {
  test("are those of resolv.conf, in its order", () => {
    expect(
      toConfiguredResolvers(sources({ resolvConf: "nameserver 10.0.0.3\nnameserver ::2" })),
    ).toEqual({
      status: "found",
      resolvers: [
        { ip: "10.0.0.3", port: 53 },
        { ip: "::2", port: 53 },
      ],
      asked: ["10.0.0.3", "::2"],
      searchDomains: [],
      isTcpOnly: false,
      loopbackOwner: undefined,
      notes: [],
    });
  });

  test.each([undefined, "", "search a.test"])(
    "are the machine itself where resolv.conf names none, and that is said: %j",
    (resolvConf) => {
      expect(toConfiguredResolvers(sources({ resolvConf }))).toMatchObject({
        resolvers: [{ ip: "127.0.0.1", port: 53 }],
        notes: ["/etc/resolv.conf names no resolver, so 127.0.0.1 is asked, as programs would"],
      });
    },
  );

  test("are those given by hand where there are some", () => {
    const explicit = ["10.9.9.9:5353", "[fd00::1]:53"];

    expect(
      toConfiguredResolvers(sources({ resolvConf: "nameserver 10.0.0.3", explicit })),
    ).toMatchObject({
      resolvers: [
        { ip: "10.9.9.9", port: 5353 },
        { ip: "fd00::1", port: 53 },
      ],
    });
  });

  test("given by hand are no more than are asked", () => {
    const explicit = Array.from({ length: 9 }, (_, index) => `10.0.0.${index}`);

    expect(toConfiguredResolvers(sources({ explicit }))).toEqual({
      status: "unusable",
      reason: "9 resolvers are given, and 8 at most are asked: leave some out",
    });
  });

  test("given by hand have to be addresses", () => {
    expect(toConfiguredResolvers(sources({ explicit: ["dns.example\n"] }))).toEqual({
      status: "unusable",
      reason: '"dns.example\\n" is no address of a resolver: write IP, IP:PORT or [IPv6]:PORT',
    });
  });

  test.each(["127.0.0.11", "169.254.20.10", "127.0.0.53", "127.0.0.1"])(
    "for a command are those that programs ask, here %s",
    (ip) => {
      expect(
        toConfiguredResolvers(
          sources({ resolvConf: `nameserver ${ip}`, resolvedUpstreams: "nameserver 10.0.0.9" }),
        ),
      ).toMatchObject({ resolvers: [{ ip, port: 53 }], loopbackOwner: undefined });
    },
  );
});

describe("the search domains", () => {
  test.each([
    ["search a.test b.test", "host.c.test", ["a.test", "b.test"]],
    ["nameserver 10.0.0.3", "host.c.test", ["c.test"]],
    ["nameserver 10.0.0.3", "host", []],
    ["nameserver 10.0.0.3", "host.", []],
    ["search .", "host.c.test", []],
  ])("of %j on %s", (resolvConf, hostName, searchDomains) => {
    expect(toConfiguredResolvers(sources({ resolvConf, hostName }))).toMatchObject({
      searchDomains,
    });
  });
});

describe("for a whole network namespace", () => {
  test.each(["127.0.0.53", "127.0.0.54"])(
    "systemd-resolved at %s gives way to those it asks",
    (stub) => {
      const found = inNamespace({
        resolvConf: `nameserver ${stub}\nsearch a.test`,
        resolvedUpstreams: "nameserver 10.0.0.9\nnameserver 10.0.0.8\nsearch b.test",
        udp: [row("3500007F:0035", 101)],
      });

      expect(found).toMatchObject({
        resolvers: [
          { ip: "10.0.0.9", port: 53 },
          { ip: "10.0.0.8", port: 53 },
        ],
        searchDomains: ["a.test"],
        loopbackOwner: undefined,
      });
    },
  );

  test("so it does for a command that is held by force, though programs still ask the stub", () => {
    const resolved = {
      resolvConf: "nameserver 127.0.0.53",
      resolvedUpstreams: "nameserver 10.0.0.9",
    };

    expect(toConfiguredResolvers(sources({ ...resolved, isEnforcing: true }))).toMatchObject({
      resolvers: [{ ip: "10.0.0.9", port: 53 }],
      asked: ["127.0.0.53"],
    });
    expect(toConfiguredResolvers(sources(resolved))).toMatchObject({
      resolvers: [{ ip: "127.0.0.53", port: 53 }],
    });
  });

  test("systemd-resolved stays, and may ask, where it does not tell whom it asks", () => {
    expect(
      inNamespace({ resolvConf: "nameserver 127.0.0.53", udp: [row("3500007F:0035", 101)] }),
    ).toMatchObject({
      resolvers: [{ ip: "127.0.0.53", port: 53 }],
      loopbackOwner: { userId: 101 },
    });
  });

  test.each([
    ["on its address", "nameserver 127.0.0.1", [row("0100007F:0035", 110)], []],
    ["on every address", "nameserver 127.0.0.1", [row("00000000:0035", 110)], []],
    ["on every IPv6 address", "nameserver 127.0.0.1", [], [row(`${"0".repeat(32)}:0035`, 110)]],
    ["on ::1", "nameserver ::1", [], [row("00000000000000000000000001000000:0035", 110)]],
  ])("a resolver %s in it may ask by its user", (_, resolvConf, udp, udp6) => {
    expect(inNamespace({ resolvConf, udp, udp6 })).toMatchObject({
      status: "found",
      loopbackOwner: { userId: 110 },
    });
  });

  test("the one that listens on the very address is its resolver, and not the one that listens everywhere", () => {
    const udp = [row("00000000:0035", 0), row("0100007F:0035", 110)];

    expect(inNamespace({ resolvConf: "nameserver 127.0.0.1", udp })).toMatchObject({
      loopbackOwner: { userId: 110 },
    });
  });

  test("a resolver that runs as root cannot be told from a job, so another is asked for", () => {
    expect(
      inNamespace({ resolvConf: "nameserver 127.0.0.1", udp: [row("0100007F:0035", 0)] }),
    ).toEqual({
      status: "unusable",
      reason:
        "the resolver 127.0.0.1:53 runs in this network namespace as root, so what it asks itself would come back to the guard: name the resolvers to ask with --resolver",
    });
  });

  test("such a resolver is left out where there is another", () => {
    const resolvConf = "nameserver 127.0.0.1\nnameserver 10.0.0.3";

    expect(inNamespace({ resolvConf, udp: [row("0100007F:0035", 0)] })).toMatchObject({
      resolvers: [{ ip: "10.0.0.3", port: 53 }],
      loopbackOwner: undefined,
      notes: [expect.stringContaining("127.0.0.1:53 runs in this network namespace as root")],
    });
  });

  test("given by hand it is asked all the same, and the danger is noted", () => {
    expect(
      inNamespace({ explicit: ["127.0.0.1:5353"], udp: [row("0100007F:14E9", 0)] }),
    ).toMatchObject({
      resolvers: [{ ip: "127.0.0.1", port: 5353 }],
      loopbackOwner: undefined,
      notes: [expect.stringContaining("would come back to the guard")],
    });
  });

  test("a resolver on another address of this machine is in the namespace as well", () => {
    const udp = [row("0A14FEA9:0035", 110)];
    const everywhere = [row("00000000:0035", 110)];
    const resolvConf = "nameserver 169.254.20.10";

    expect(inNamespace({ resolvConf, udp })).toMatchObject({ loopbackOwner: { userId: 110 } });
    expect(
      inNamespace({ resolvConf, udp: everywhere, ownIps: ["fe80::1", "169.254.20.10"] }),
    ).toMatchObject({ loopbackOwner: { userId: 110 } });
    expect(inNamespace({ resolvConf, udp: everywhere })).toMatchObject({
      loopbackOwner: undefined,
      notes: [],
    });
  });

  test("only one user may ask", () => {
    const resolvConf = "nameserver 127.0.0.1\nnameserver 127.0.0.2";
    const udp = [row("0100007F:0035", 110), row("0200007F:0035", 111)];

    expect(inNamespace({ resolvConf, udp })).toMatchObject({
      resolvers: [{ ip: "127.0.0.1", port: 53 }],
      loopbackOwner: { userId: 110 },
      notes: [
        expect.stringContaining(
          "127.0.0.2:53 runs in this network namespace as another user (111)",
        ),
      ],
    });
  });

  test("Docker's resolver is known by its address, on whatever port it really listens", () => {
    const resolvConf = `nameserver 127.0.0.11
# ExtServers: [host(127.0.0.53) 10.0.0.2 junk 127.0.0.1]
`;

    expect(inNamespace({ resolvConf, udp: [row("0B00007F:C5A3", 0)] })).toMatchObject({
      status: "unusable",
      reason: expect.stringMatching(
        /name the resolvers to ask with --resolver \(Docker itself asks 10\.0\.0\.2\)$/,
      ),
    });
  });

  test("a resolver on loopback that nobody is seen to serve is asked, and that is noted", () => {
    const udp = [
      row("0100007F:14E9", 0),
      "",
      "nonsense",
      row("XX:0035", 0),
      row("0100007F:0035", Number.NaN),
    ];

    expect(inNamespace({ resolvConf: "nameserver 127.0.0.1", udp })).toMatchObject({
      resolvers: [{ ip: "127.0.0.1", port: 53 }],
      loopbackOwner: undefined,
      notes: ["nothing listens on 127.0.0.1:53 in this network namespace"],
    });
  });
});

function sources(change: Partial<ResolverSources>): ResolverSources {
  return {
    scope: "command",
    isEnforcing: false,
    explicit: [],
    resolvConf: undefined,
    resolvedUpstreams: undefined,
    udpTables: { udp: "", udp6: "" },
    hostName: "host",
    ...change,
  };
}

function inNamespace({
  udp = [],
  udp6 = [],
  ...change
}: Partial<ResolverSources> & { udp?: readonly string[]; udp6?: readonly string[] }) {
  const udpTables = { udp: UDP_HEAD + udp.join("\n"), udp6: UDP_HEAD + udp6.join("\n") };
  return toConfiguredResolvers(sources({ scope: "namespace", udpTables, ...change }));
}

/** A line of /proc/net/udp. */
function row(local: string, userId: number): string {
  return `  137: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000 ${userId}        0 21371 2 0000000000000000 0`;
}
