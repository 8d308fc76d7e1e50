import { expect, test } from "vitest";

import { createResolverWays } from "../../../../agent/egress/enforcement/resolver-ways.ts";
import type { Way } from "../../../../agent/egress/netlink/route-lookup.ts";
import type { RouteMessage } from "../../../../agent/egress/netlink/route-message.ts";

const AFAR: Way = { isLocal: false, device: 2, gateway: "10.0.0.1" };
const TUNNEL: Way = { isLocal: false, device: 9, gateway: undefined };
const HERE: Way = { isLocal: true, device: 1, gateway: undefined };
const IP = "10.96.0.10";

function waysOf(atStart: Way | undefined, { mindsDevice = true, ip = IP } = {}) {
  let way = atStart;
  const ways = createResolverWays({
    resolvers: [{ ip, port: 53 }],
    mark: null,
    lookup: { find: () => way, [Symbol.dispose]: () => undefined },
    mindsDevice,
  });
  return {
    ways,
    doubtAfter(next: Way | undefined): string | undefined {
      way = next;
      ways.look();
      return ways.doubt;
    },
  };
}

test("a resolver that is reached as at the start is not doubted", () => {
  expect(waysOf(AFAR).doubtAfter(AFAR)).toBeUndefined();
  // Another router on the same link; or none, where nothing is answered at all.
  expect(waysOf(AFAR).doubtAfter({ ...AFAR, gateway: "10.0.0.2" })).toBeUndefined();
  expect(waysOf(AFAR).doubtAfter(undefined)).toBeUndefined();
});

test("one whose address became the machine's own is, until it is not", () => {
  const resolver = waysOf(AFAR);

  expect(resolver.doubtAfter(HERE)).toContain(`address ${IP} became one of the machine's own`);
  expect(resolver.doubtAfter(AFAR)).toBeUndefined();
});

test("one that is the machine's own from the start is not", () => {
  const resolver = waysOf(HERE);

  expect(resolver.doubtAfter(HERE)).toBeUndefined();
  expect(resolver.ways.isForeignResolver(IP)).toBe(false);
});

test("another device is doubtful where the network is not to change", () => {
  expect(waysOf(AFAR).doubtAfter(TUNNEL)).toContain("leads to another device");
  expect(waysOf(AFAR, { mindsDevice: false }).doubtAfter(TUNNEL)).toBeUndefined();
});

test.each<[Partial<RouteMessage>, boolean]>([
  [{ kind: "address", ip: IP, prefix: 32 }, true],
  [{ kind: "address", ip: "10.96.0.1", prefix: 24 }, false],
  [{ kind: "route", ip: "10.96.0.0", prefix: 24 }, true],
  [{ kind: "route", ip: "10.96.0.0", prefix: 29 }, false],
  [{ kind: "route", ip: "172.17.0.0", prefix: 16 }, false],
  [{ kind: "route", ip: "2001:db8::", prefix: 0 }, false],
  [{ kind: "route", prefix: 0 }, true],
  [{ kind: "rule" }, true],
  [{ kind: "link", device: 3 }, false],
  [{ kind: "route", deed: "deleted", ip: IP, prefix: 32 }, false],
])("whether questions may go elsewhere after %j: %s", (change, expected) => {
  const { ways } = waysOf(AFAR);

  expect(ways.concerns({ kind: "route", deed: "added", ...change })).toBe(expected);
});
