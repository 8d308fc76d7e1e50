import { describe, expect, test } from "vitest";

import { createAddressBook } from "../../../../agent/egress/address-book.ts";
import { createCurrentPolicy } from "../../../../agent/egress/enforcement/current-policy.ts";
import {
  createNetworkWatch,
  type NetworkWatchOptions,
} from "../../../../agent/egress/enforcement/network-watch.ts";
import { parseHostsFile } from "../../../../agent/egress/hosts-file.ts";
import type { TamperObservation } from "../../../../agent/observation.ts";
import { policySchema } from "../../../../protocol/policy.ts";
import { requires } from "../../../support/requires.ts";
import { makeNamespace } from "../netlink/own-namespace.ts";

const { note } = requires.netns;
const RESOLVER = "10.96.0.10";
const ALLOWED = "198.51.100.10";
const UNLISTED = "198.51.100.66";

function watchIn(options: Partial<NetworkWatchOptions> & { mode?: "block" | "audit" } = {}) {
  const { mode = "block", ...rest } = options;
  const namespace = makeNamespace();
  namespace.run("ip", ["link", "add", "out", "type", "veth", "peer", "name", "far"]);
  namespace.run("ip", ["addr", "add", "192.0.2.1/24", "dev", "out"]);
  namespace.run("ip", ["link", "set", "out", "up"]);
  namespace.run("ip", ["route", "add", "default", "via", "192.0.2.254"]);
  const book = createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 });
  book.learn(ALLOWED, "github.test", Date.now() + 60_000);
  book.learn(UNLISTED, "evil.test", Date.now() + 60_000);
  const told: TamperObservation[] = [];
  const problems: string[] = [];
  const watch = namespace.inside(() =>
    createNetworkWatch({
      scope: "pod",
      policy: toPolicy(mode),
      book,
      ownIps: ["192.0.2.1"],
      resolvers: {
        status: "found",
        resolvers: [{ ip: RESOLVER, port: 53 }],
        asked: [RESOLVER],
        searchDomains: [],
        isTcpOnly: false,
        loopbackOwner: undefined,
        notes: [],
      },
      mark: 7,
      observe: (observation) => told.push(observation),
      onFailure: (reason) => problems.push(reason),
      ...rest,
    }),
  );
  return {
    watch,
    problems,
    /** What is told of what `ip` does to these arguments. */
    ip(...lines: readonly string[]): string[] {
      told.length = 0;
      namespace.run("ip", ["-batch", "-"], lines.join("\n"));
      namespace.inside(() => watch.poll());
      return told.map(({ message }) => message);
    },
    told,
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      namespace[Symbol.dispose]();
    },
  };
}

function toPolicy(mode: "block" | "audit") {
  const policy = policySchema.parse({ version: 1, egress: { mode, allow: ["github.test"] } });
  const hosts = parseHostsFile("", { maxLength: 1, maxAddresses: 1, maxNamesPerAddress: 1 });
  return createCurrentPolicy({ policy, mode, builtIn: [], hosts, searchDomains: [] });
}

describe.skipIf(note !== "")(`watching the network under the guard${note}`, () => {
  test("a resolver's address that became the machine's own is doubted until it is not", () => {
    using network = watchIn();
    expect(network.watch.findDoubt()).toBeUndefined();

    expect(network.ip(`addr add ${RESOLVER}/32 dev lo`)).toEqual([
      `${RESOLVER}, the address of a resolver, was made one of the machine's own addresses`,
    ]);
    expect(network.told).toMatchObject([{ pid: expect.any(Number) as unknown }]);
    expect(network.watch.findDoubt()).toContain(RESOLVER);
    expect(network.problems).toHaveLength(1);
    expect(network.watch.doubts).toBeGreaterThan(0);
    network.ip(`addr del ${RESOLVER}/32 dev lo`);
    expect(network.watch.findDoubt()).toBeUndefined();
  });

  test("a doubt that is over when it is looked for is counted", () => {
    using network = watchIn();
    const before = network.watch.doubts;
    network.ip(`addr add ${RESOLVER}/32 dev lo`, `addr del ${RESOLVER}/32 dev lo`);

    expect(network.watch.findDoubt()).toBeUndefined();
    expect(network.watch.doubts).toBeGreaterThan(before);
  });

  test("a route to the machine itself is as good as the address", () => {
    using network = watchIn();

    expect(network.ip(`route add local ${RESOLVER} dev lo`)).toHaveLength(1);
    expect(network.watch.findDoubt()).toContain(RESOLVER);
  });

  test("an allowed address that became the machine's own is told, and another one is not", () => {
    using network = watchIn();

    expect(network.ip(`addr add ${ALLOWED}/32 dev lo`, `addr add ${UNLISTED}/32 dev lo`)).toEqual([
      `${ALLOWED}, an address of the allowed github.test, was made one of the machine's own addresses`,
    ]);
    expect(network.watch.findDoubt()).toBeUndefined();
  });

  test("a namespace's own networks come and go without a word", () => {
    using network = watchIn();
    const doubts = network.watch.doubts;

    expect(
      network.ip(
        "link add docker0 type veth",
        "addr add 172.17.0.1/16 dev docker0",
        "link set docker0 up",
        "route add 10.99.0.0/16 dev docker0",
        "addr change 192.0.2.1/24 dev out valid_lft 100 preferred_lft 100",
      ),
    ).toEqual([]);
    expect(network.watch.doubts).toBe(doubts);
  });

  test("another way to the resolver is doubtful for a command only", () => {
    const change = [
      "link add job0 type veth",
      "link set job0 up",
      `route add ${RESOLVER} dev job0`,
    ];
    using pod = watchIn();
    pod.ip(...change);
    using command = watchIn({ scope: "command" });

    expect(pod.watch.findDoubt()).toBeUndefined();
    expect(command.ip(...change)).toEqual([
      `the job changed the network: route to ${RESOLVER}/32 added on job0`,
    ]);
    expect(command.told).toMatchObject([{ isOfJobAlone: true }]);
    expect(command.watch.findDoubt()).toContain("leads to another device");
  });

  test("in audit mode a command may change the network", () => {
    using network = watchIn({ scope: "command", mode: "audit" });

    expect(network.ip("route add 10.99.0.0/16 dev out", "addr add 10.98.0.1/24 dev out")).toEqual(
      [],
    );
  });

  test("more than can be read is told, and nothing that was on its way is believed", () => {
    using network = watchIn({ scope: "command" });
    const flood = "route add 10.99.0.1/32 dev out\nroute del 10.99.0.1/32 dev out\n".repeat(15_000);
    const doubts = network.watch.doubts;
    network.ip(flood.trim());
    for (let look = 0; look < 20; look += 1) network.watch.poll();

    expect(network.told.map(({ message }) => message)).toContain(
      "the network's addresses and routes were changed faster than that could be read",
    );
    expect(network.watch.doubts).toBeGreaterThan(doubts);
  });
});
