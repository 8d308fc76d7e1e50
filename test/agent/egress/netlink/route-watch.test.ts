import { describe, expect, test } from "vitest";

import { createRouteLookup } from "../../../../agent/egress/netlink/route-lookup.ts";
import { createRouteWatch } from "../../../../agent/egress/netlink/route-watch.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { requires } from "../../../support/requires.ts";
import { sendForged } from "./forged-message.ts";
import { makeNamespace } from "./own-namespace.ts";

const { note } = requires.netns;
const RTNLGRP_IPV4_IFADDR = 5;
const NETLINK_ROUTE = 0;

function observe() {
  const namespace = makeNamespace();
  const changes: unknown[] = [];
  const seen = { overruns: 0 };
  const watch = namespace.inside(() =>
    createRouteWatch({
      onChange: (change, nameOf) => changes.push({ ...change, name: namespace.inside(nameOf) }),
      onOverrun: () => (seen.overruns += 1),
    }),
  );
  return {
    namespace,
    watch,
    changes,
    seen,
    /** What is told of what `ip` does to these arguments, and its pid. */
    ip(text: string) {
      changes.length = 0;
      const pid = namespace.runForPid("ip", text.split(" "));
      watch.poll();
      return { pid, changes };
    },
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      namespace[Symbol.dispose]();
    },
  };
}

describe.skipIf(note !== "")(`watching addresses and routes${note}`, () => {
  test("an address is told with its device, and with the process that asked for it", () => {
    using observed = observe();
    const { pid, changes } = observed.ip("addr add 10.96.0.10/32 dev lo");

    expect(changes).toContainEqual({
      kind: "address",
      deed: "added",
      ip: "10.96.0.10",
      prefix: 32,
      device: 1,
      name: "lo",
      portId: pid,
    });
    // What the kernel makes of it is nobody's request.
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: "route", ip: "10.96.0.10", isLocal: true, portId: 0 }),
    );
    expect(observed.ip("addr del 10.96.0.10/32 dev lo").changes).toContainEqual(
      expect.objectContaining({ kind: "address", deed: "deleted", ip: "10.96.0.10" }),
    );
  });

  test("an address of IPv6 is told", () => {
    using observed = observe();

    expect(observed.ip("addr add 2001:db8::5/128 dev lo").changes).toContainEqual(
      expect.objectContaining({ kind: "address", ip: "2001:db8::5", prefix: 128, name: "lo" }),
    );
  });

  test.each([
    ["route add 192.0.2.0/24 dev lo", { ip: "192.0.2.0", prefix: 24, isLocal: false }],
    ["route add local 192.0.2.1 dev lo", { ip: "192.0.2.1", prefix: 32, isLocal: true }],
    ["-6 route add 2001:db8::/64 dev lo", { ip: "2001:db8::", prefix: 64, isLocal: false }],
    ["route add default dev lo", { prefix: 0 }],
  ])("ip %s is told", (command, route) => {
    using observed = observe();
    const { pid, changes } = observed.ip(command);

    expect(changes).toContainEqual(
      expect.objectContaining({ kind: "route", deed: "added", portId: pid, name: "lo", ...route }),
    );
  });

  test.each(["rule add from all lookup 77", "-6 rule add from all lookup 77"])(
    "ip %s is told",
    (command) => {
      using observed = observe();
      const { pid, changes } = observed.ip(command);

      expect(changes).toEqual([{ kind: "rule", deed: "added", portId: pid }]);
    },
  );

  test("a device is told when it comes, changes and goes", () => {
    using observed = observe();
    const link = { kind: "link", deviceName: "vx1", name: "vx1" };

    expect(observed.ip("link add vx1 type veth peer name vx2").changes).toContainEqual(
      expect.objectContaining({ ...link, deed: "added" }),
    );
    expect(observed.ip("link set vx1 up").changes).toContainEqual(
      expect.objectContaining({ ...link, deed: "changed" }),
    );
    expect(observed.ip("link del vx1").changes).toContainEqual(
      expect.objectContaining({ ...link, deed: "deleted" }),
    );
  });

  test("another network namespace's changes are not told", () => {
    using observed = observe();
    using elsewhere = makeNamespace();
    elsewhere.run("ip", ["addr", "add", "10.96.0.10/32", "dev", "lo"]);
    observed.watch.poll();

    expect(observed.changes).toEqual([]);
  });

  test("a message that another program sends to all who watch is not believed", () => {
    using observed = observe();
    const forged = Buffer.alloc(24);
    forged.writeUInt32LE(24, 0);
    forged.writeUInt16LE(20, 4);
    forged.writeUInt8(2, 16);
    const isSent = observed.namespace.inside(() =>
      sendForged(forged, { group: RTNLGRP_IPV4_IFADDR }, NETLINK_ROUTE),
    );
    observed.watch.poll();

    expect(isSent).toBe(true);
    expect(observed.changes).toEqual([]);
  });

  test("more than the buffer holds is an overrun", () => {
    using observed = observe();
    const batch = "route add 192.0.2.1/32 dev lo\nroute del 192.0.2.1/32 dev lo\n".repeat(15_000);
    observed.namespace.run("ip", ["-batch", "-"], batch);
    for (let look = 0; look < 20; look += 1) observed.watch.poll();

    expect(observed.seen.overruns).toBeGreaterThan(0);
    expect(observed.ip("addr add 10.96.0.10/32 dev lo").changes).toHaveLength(2);
  });

  test("a look where nothing has happened costs next to nothing", () => {
    using observed = observe();
    const looks = 10_000;
    const ms = processorMs(() => {
      for (let look = 0; look < looks; look += 1) observed.watch.poll();
    });

    // Some 1 µs; a hundred times a second in a guard.
    expect((ms * 1000) / looks).toBeLessThan(50);
  });
});

describe.skipIf(note !== "")(`asking for the way of a packet${note}`, () => {
  test("the kernel says whether it would stay on the machine, and which device it would leave by", () => {
    using namespace = makeNamespace();
    namespace.run("ip", ["link", "add", "out", "type", "veth", "peer", "name", "far"]);
    namespace.run("ip", ["addr", "add", "192.0.2.1/24", "dev", "out"]);
    namespace.run("ip", ["link", "set", "out", "up"]);
    namespace.run("ip", ["route", "add", "default", "via", "192.0.2.254"]);
    using lookup = namespace.inside(() => createRouteLookup());
    const find = (ip: string, mark: number | null = null) =>
      lookup.find({ ip, protocol: 17, port: 53, mark });

    expect(find("192.0.2.1")).toEqual({ isLocal: true, device: 1, gateway: undefined });
    expect(find("192.0.2.9")).toMatchObject({ isLocal: false, gateway: undefined });
    expect(find("198.51.100.1")).toMatchObject({ isLocal: false, gateway: "192.0.2.254" });
    expect(find("2001:db8::1")).toBeUndefined();
    expect(find("no address")).toBeUndefined();
  });

  test("rules that go by port, protocol or mark are heeded", () => {
    using namespace = makeNamespace();
    namespace.run("ip", ["route", "add", "local", "default", "dev", "lo", "table", "77"]);
    using lookup = namespace.inside(() => createRouteLookup());
    const isLocal = (protocol: number, port: number, mark: number | null): boolean =>
      lookup.find({ ip: "198.51.100.1", protocol, port, mark })?.isLocal ?? false;
    const rule = (...selector: readonly string[]) =>
      namespace.run("ip", ["rule", "add", ...selector, "lookup", "77"]);

    expect(isLocal(17, 53, 5)).toBe(false);
    rule("ipproto", "udp", "dport", "53");
    expect([isLocal(17, 53, null), isLocal(6, 53, null), isLocal(17, 54, null)]).toEqual([
      true,
      false,
      false,
    ]);
    rule("fwmark", "5");
    expect([isLocal(6, 53, 5), isLocal(6, 53, 6)]).toEqual([true, false]);
  });
});
