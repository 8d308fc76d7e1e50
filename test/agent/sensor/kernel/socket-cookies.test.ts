import { describe, expect, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { findCgroupRoot, observeCommand, ofKind } from "./support/observe-command.ts";
import { hasIpv6, listenTcp, listenUdp, type TestServer } from "./support/servers.ts";

const { bpf } = requires;
/** Enough for the kernel to give a socket the memory of one that closed, many times over. */
const CONNECTIONS = 200;
const DATAGRAM_BYTES = "datagram".length;

const HOOKS = [
  { hooks: "with the cgroup hooks", cgroupRoot: findCgroupRoot() },
  { hooks: "without the cgroup hooks", cgroupRoot: null },
];
const LOCAL_IPS = ["127.0.0.1", ...(hasIpv6 ? ["::1"] : [])];
const IPS = [...LOCAL_IPS, ...(hasIpv6 ? ["::ffff:127.0.0.1"] : [])];

/** What became of the connections to one address, each number as many as there were. */
interface Tally {
  connects: number;
  established: number;
}

describe.skipIf(!bpf.available)(`sockets with and without a cookie${bpf.note}`, () => {
  test.for(HOOKS.flatMap((hooks) => IPS.map((ip) => ({ ...hooks, ip }))))(
    "$hooks every TCP connection to $ip is seen, and how it came out",
    async ({ cgroupRoot, ip }) => {
      const tallies = await tallyTcp("tcp", { cgroupRoot, ip });
      const all = { connects: CONNECTIONS, established: CONNECTIONS };
      expect(tallies).toEqual([all, all]);
    },
  );

  test.for(HOOKS.flatMap((hooks) => LOCAL_IPS.map((ip) => ({ ...hooks, ip }))))(
    "$hooks a TCP socket that connects to $ip, and then elsewhere, is seen each time",
    async ({ cgroupRoot, ip }) => {
      const tallies = await tallyTcp("again", { cgroupRoot, ip });
      const all = { connects: CONNECTIONS, established: CONNECTIONS };
      expect(tallies).toEqual([all, all]);
    },
  );

  test.for(LOCAL_IPS)("every UDP socket to %s tells what it carried", async (ip) => {
    await using first = await listenUdp(ip, "");
    await using second = await listenUdp(ip, "");
    const observed = await observeCommand(commandTo("udp", ip, [first, second]), {
      until: (observations) => countOf(observations, "flow") >= 2 * CONNECTIONS,
    });
    for (const { port } of [first, second]) {
      const flows = ofKind(observed, "flow").filter(({ address }) => address.port === port);
      expect(flows).toHaveLength(CONNECTIONS);
      expect(flows.every(({ bytesSent }) => bytesSent === DATAGRAM_BYTES)).toBe(true);
    }
  });
});

interface Circumstances {
  readonly cgroupRoot: string | null;
  readonly ip: string;
}

async function tallyTcp(way: string, { cgroupRoot, ip }: Circumstances): Promise<Tally[]> {
  const host = ip.startsWith("::f") ? "127.0.0.1" : ip;
  await using first = await listenTcp(host);
  await using second = await listenTcp(host);
  const servers = [first, second];
  const observed = await observeCommand(commandTo(way, ip, servers), {
    sensor: { cgroupRoot },
    // Ends come when the other side has closed too, which on a busy machine may be long after.
    until: (observations) => countEstablished(observations) >= 2 * CONNECTIONS,
  });
  expect(observed.records).toMatchObject([{ opened: 2 * CONNECTIONS }]);
  return servers.map(({ port }) => toTally(observed.observations, port));
}

function commandTo(way: string, ip: string, servers: readonly TestServer[]): string[] {
  const destinations = servers.flatMap(({ port }) => [ip, String(port)]);
  return [buildProgram("connect-cookies"), way, String(CONNECTIONS), ...destinations];
}

function toTally(observations: readonly Observation[], port: number): Tally {
  const tally: Tally = { connects: 0, established: 0 };
  for (const one of observations) {
    if (!("address" in one) || one.address?.port !== port) continue;
    if (one.kind === "connect") tally.connects += 1;
    else if (one.kind === "flow" && one.result === "established") tally.established += 1;
  }
  return tally;
}

function countOf(observations: readonly Observation[], kind: Observation["kind"]): number {
  return observations.filter((one) => one.kind === kind).length;
}

function countEstablished(observations: readonly Observation[]): number {
  return observations.filter((one) => one.kind === "flow" && one.result === "established").length;
}
