import { expect, test } from "vitest";

import { createAddressBook } from "../../../../agent/egress/address-book.ts";
import { createEgressRules } from "../../../../agent/egress/decide.ts";
import { createOpener } from "../../../../agent/egress/enforcement/opener.ts";
import { createNameAliases } from "../../../../agent/egress/name-aliases.ts";
import { createNamePolicy } from "../../../../agent/egress/name-policy.ts";
import type {
  AddressElement,
  Element,
  WriteResult,
} from "../../../../agent/egress/netlink/element-writer.ts";
import { egressPolicySchema, type EnforcementMode } from "../../../../protocol/index.ts";

test("an address is let through for its time to live and the grace, on the ports of its name", () => {
  const { opener, written } = setUp({ allow: ["github.test:443", "github.test:22"] });

  expect(open(opener, "github.test", [{ ip: "192.0.2.1", ttlSeconds: 300 }])).toBe("opened");
  expect(written).toEqual([
    element("learned4", "192.0.2.1", { from: 443, to: 443 }, 330_000),
    element("learned4", "192.0.2.1", { from: 22, to: 22 }, 330_000),
  ]);
});

test("a short time to live is taken for half a minute", () => {
  const { opener, written } = setUp({ allow: ["github.test"] });
  open(opener, "github.test", [{ ip: "2001:db8::1", ttlSeconds: 0 }]);

  expect(written).toEqual([element("learned6", "2001:db8::1", { from: 443, to: 443 }, 60_000)]);
});

test("a range of ports goes into the set for ranges", () => {
  const { opener, written } = setUp({ allow: ["github.test:8000-8100"] });
  open(opener, "github.test", [{ ip: "192.0.2.1", ttlSeconds: 0 }]);

  expect(written).toEqual([
    element("learned4_ranges", "192.0.2.1", { from: 8000, to: 8100 }, 60_000),
  ]);
});

test("a name that is not listed opens nothing, and is remembered", () => {
  const { opener, written, book } = setUp({ allow: [] });

  expect(open(opener, "evil.test", [{ ip: "192.0.2.1", ttlSeconds: 60 }])).toBe("opened");
  expect(written).toEqual([]);
  expect(book.namesOf("192.0.2.1", 0)).toEqual(["evil.test"]);
});

test("what stands open long enough is not written again, and is before it closes", () => {
  const clock = { nowMs: 0 };
  const { opener, written } = setUp({ allow: ["github.test"], clock });
  const ask = (ttlSeconds: number) =>
    open(opener, "github.test", [{ ip: "192.0.2.1", ttlSeconds }]);
  ask(300);
  clock.nowMs = 200_000;
  ask(100);

  expect(written).toHaveLength(1);

  clock.nowMs = 290_000;
  ask(60);

  expect(written).toHaveLength(2);
});

test("where the packet filter does not take an address the answer is refused, and nothing is noted as open", () => {
  const { opener, book, failures } = setUp({
    allow: ["github.test"],
    put: () => ({ status: "refused", reason: "no such table" }),
  });

  expect(open(opener, "github.test", [{ ip: "192.0.2.1", ttlSeconds: 60 }])).toBe("refused");
  expect(book.liveElements(0)).toEqual([]);
  expect(failures).toEqual(["no such table"]);
});

test("a host that an SRV record of a listed name points at is opened on that port alone", () => {
  const { opener, written } = setUp({ allow: ["db.test:5000-6000"] });
  open(opener, "_pg._tcp.db.test", [], [{ name: "shard.other.test", port: 5432, ttlSeconds: 60 }]);
  open(opener, "shard.other.test", [{ ip: "192.0.2.7", ttlSeconds: 60 }]);

  expect(written).toEqual([element("learned4", "192.0.2.7", { from: 5432, to: 5432 }, 90_000)]);
});

test("what an SRV record points at outside the listed ports is not opened", () => {
  const { opener, written } = setUp({ allow: ["db.test:5432"] });
  open(opener, "_pg._tcp.db.test", [], [{ name: "shard.other.test", port: 22, ttlSeconds: 60 }]);
  open(opener, "shard.other.test", [{ ip: "192.0.2.7", ttlSeconds: 60 }]);

  expect(written).toEqual([]);
});

test("a name that a record pointed at is closed when the record's time is over", () => {
  const clock = { nowMs: 0 };
  const { opener, written } = setUp({ allow: ["db.test:443"], clock });
  open(opener, "db.test", [], [{ name: "other.test", ttlSeconds: 60 }]);
  clock.nowMs = 90_001;
  open(opener, "other.test", [{ ip: "192.0.2.7", ttlSeconds: 60 }]);

  expect(written).toEqual([]);
});

test("in audit mode the addresses of a denied name are learned to be refused", () => {
  const { opener, written } = setUp({ allow: ["*:443"], deny: ["bad.test"], mode: "audit" });
  open(opener, "bad.test", [{ ip: "192.0.2.1", ttlSeconds: 60 }]);

  expect(written).toEqual([{ set: "denied_names4", ip: "192.0.2.1", timeoutMs: 90_000 }]);
});

interface SetUp {
  readonly allow: readonly string[];
  readonly deny?: readonly string[];
  readonly mode?: EnforcementMode;
  readonly clock?: { nowMs: number };
  readonly put?: () => WriteResult;
}

function setUp({ allow, deny = [], mode = "block", clock = { nowMs: 0 }, put }: SetUp) {
  const written: (Element | AddressElement)[] = [];
  const failures: string[] = [];
  const book = createAddressBook({ maxAddresses: 100, maxNamesPerAddress: 10 });
  const rules = createEgressRules({ egress: egressPolicySchema.parse({ allow, deny }) });
  const opener = createOpener({
    policy: {
      mode,
      names: createNamePolicy({ rules, mode, dns: "any", searchDomains: [] }),
    },
    book,
    aliases: createNameAliases({ maxAliases: 100, maxOriginsPerAlias: 4 }),
    filter: {
      put(elements) {
        written.push(...elements);
        return put?.() ?? { status: "written" };
      },
    },
    onFailure: (reason) => failures.push(reason),
    nowMs: () => clock.nowMs,
  });
  return { opener, written, book, failures };
}

function open(
  opener: ReturnType<typeof createOpener>,
  name: string,
  addresses: { ip: string; ttlSeconds: number }[],
  targets: { name: string; port?: number; ttlSeconds: number }[] = [],
) {
  return opener.open({ name, addresses, targets });
}

function element(set: string, ip: string, ports: Element["ports"], timeoutMs: number): Element {
  return { set, ip, protocol: 6, ports, timeoutMs };
}
