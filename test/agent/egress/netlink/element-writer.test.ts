import { spawn } from "node:child_process";
import { once } from "node:events";
import { release } from "node:os";

import { describe, expect, test } from "vitest";

import {
  type AddressElement,
  createElementWriter,
  type Element,
  mayRenewInPlace,
} from "../../../../agent/egress/netlink/element-writer.ts";
import { toMessage } from "../../../../agent/egress/netlink/netlink-message.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { requires } from "../../../support/requires.ts";
import { sendForged } from "./forged-message.ts";
import { makeNamespace, type OwnNamespace } from "./own-namespace.ts";
import { createSetReader } from "./set-reader.ts";

const { nftables } = requires;
const CONCATENATED = "ipv4_addr . inet_proto . inet_service";
/** Counts the packets to port 9 that find their element, and those that do not. */
const TABLE = `table inet guard {
  counter found {}
  counter missed {}
  set ipv4 { type ${CONCATENATED}; flags timeout; }
  set ipv6 { type ipv6_addr . inet_proto . inet_service; flags timeout; }
  set ranges { type ${CONCATENATED}; flags interval, timeout; }
  set addresses { type ipv4_addr; flags timeout; }
  set swept { type ${CONCATENATED}; flags timeout; gc-interval 10ms; }
  set small { type ${CONCATENATED}; flags timeout; size 2; }
  chain out {
    type filter hook output priority 0;
    udp dport 9 ip daddr . meta l4proto . th dport @ipv4 counter name found accept
    udp dport 9 ip daddr . meta l4proto . th dport @ranges counter name found accept
    udp dport 9 counter name missed
  }
}`;

function tcp(set: string, ip: string, from: number, to = from): Element {
  return { set, ip, protocol: 6, ports: { from, to }, timeoutMs: 60_000 };
}

function address(ip: string): AddressElement {
  return { set: "addresses", ip, timeoutMs: 60_000 };
}

function setUp(kernelRelease?: string) {
  const namespace = makeNamespace();
  namespace.run("nft", ["-f", "-"], TABLE);
  const writer = namespace.inside(() => createElementWriter(kernelRelease));
  const reader = namespace.inside(createSetReader);
  const list = (set: string) => namespace.run("nft", ["-j", "list", "set", "inet", "guard", set]);
  return {
    namespace,
    writer,
    reader,
    list,
    [Symbol.dispose]() {
      writer[Symbol.dispose]();
      reader[Symbol.dispose]();
      namespace[Symbol.dispose]();
    },
  };
}

/** As a kernel that renews an element in place, which this one may not be, and as one that does not. */
const WAYS = [
  ...(mayRenewInPlace(release()) ? [["in place", "6.12.0"]] : []),
  ["by taking it out and in again", "5.10.0-8-amd64"],
];

describe.skipIf(!nftables.available)(`writing elements${nftables.note}`, () => {
  test("the kernel has an element of each kind when put returns, as nft reads it", () => {
    using set = setUp();
    const written = set.writer.put("guard", [
      tcp("ipv4", "192.0.2.1", 443),
      { ...tcp("ipv4", "192.0.2.2", 53), protocol: 17 },
      tcp("ipv6", "2001:db8::1", 8443),
      tcp("ranges", "192.0.2.3", 1000, 2000),
      tcp("ranges", "192.0.2.4", 80),
      address("192.0.2.5"),
    ]);

    expect(written).toEqual({ status: "written" });
    const listed = (name: string) => set.list(name).replaceAll(/[\s"]/g, "");
    expect(listed("ipv4")).toContain("{concat:[192.0.2.1,tcp,443]}");
    expect(listed("ipv4")).toContain("{concat:[192.0.2.2,udp,53]}");
    expect(listed("ipv6")).toContain("{concat:[2001:db8::1,tcp,8443]}");
    expect(listed("ranges")).toContain("{concat:[192.0.2.3,tcp,{range:[1000,2000]}]}");
    expect(listed("ranges")).toContain("{concat:[192.0.2.4,tcp,80]}");
    expect(listed("addresses")).toContain("{val:192.0.2.5,timeout:60");
  });

  test("an IPv4 address in an IPv6 spelling is the IPv4 address", () => {
    using set = setUp();
    set.writer.put("guard", [tcp("ipv4", "::ffff:192.0.2.1", 443)]);

    expect(set.reader.has("guard", tcp("ipv4", "192.0.2.1", 443))).toBe(true);
  });

  test("an element is gone after its time, and not before", async () => {
    using set = setUp();
    const element = { ...tcp("ipv4", "192.0.2.1", 443), timeoutMs: 200 };
    const before = performance.now();
    set.writer.put("guard", [element]);

    expect(set.reader.has("guard", element)).toBe(true);
    await expect.poll(() => set.reader.has("guard", element), { interval: 5 }).toBe(false);
    expect(performance.now() - before).toBeGreaterThan(180);
  });

  test("nothing of it is written when one element is refused", () => {
    using set = setUp();
    const good = tcp("ipv4", "192.0.2.1", 443);

    expect(set.writer.put("guard", [good, tcp("absent", "192.0.2.1", 443)])).toEqual({
      status: "refused",
      reason: "the table or the set is not there (ENOENT)",
    });
    expect(set.reader.has("guard", good)).toBe(false);
    expect(set.writer.put("guard", [good])).toEqual({ status: "written" });
  });

  test.each([
    ["a table that is not there", "absent", [tcp("ipv4", "192.0.2.1", 443)], /not there/],
    ["an address of the other family", "guard", [tcp("ipv4", "::1", 443)], /another kind/],
    ["a range that overlaps", "guard", [range(1, 9), range(5, 19)], /overlaps/],
    [
      "more than the set holds",
      "guard",
      [1, 2, 3].map((p) => tcp("small", "::ffff:7f00:1", p)),
      /full/,
    ],
  ])("refuses %s, and says so", (_what, table, elements, reason) => {
    using set = setUp();

    expect(set.writer.put(table, elements)).toEqual({
      status: "refused",
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  test.each<[string, string, object]>([
    ["no address", "guard", { ip: "github.com" }],
    ["a port beyond 65535", "guard", { ports: { from: 1, to: 65_536 } }],
    ["a port that is no number", "guard", { ports: { from: Number.NaN, to: 1 } }],
    ["a protocol beyond 255", "guard", { protocol: 256 }],
    ["a time of 0, which would be for ever", "guard", { timeoutMs: 0 }],
    ["a time that is not whole", "guard", { timeoutMs: 1.5 }],
    ["a set's name with a NUL", "guard", { set: "ipv4\0x" }],
    ["a set's name that is too long", "guard", { set: "x".repeat(256) }],
    ["a table's name with a NUL", "gu\0ard", {}],
    ["a table without a name", "", {}],
  ])("refuses %s without asking the kernel", (_what, table, change) => {
    using set = setUp();
    const elements = [{ ...tcp("ipv4", "192.0.2.1", 443), ...change }];

    expect(set.writer.put(table, elements)).toEqual({
      status: "refused",
      reason: "one of the elements cannot be written as netlink",
    });
  });

  test("writes nothing for no elements", () => {
    using set = setUp();

    expect(set.writer.put("guard", [])).toEqual({ status: "written" });
  });

  test("20,000 elements are there in time, in one batch or several", () => {
    using set = setUp();
    const elements = Array.from({ length: 20_000 }, (_, index) =>
      tcp("ipv4", `10.9.${index >> 8}.${index & 255}`, 443),
    );
    let written: unknown;
    const ms = processorMs(() => (written = set.writer.put("guard", elements)));

    expect(written).toEqual({ status: "written" });
    expect(ms).toBeLessThan(5_000);
    expect(elements.every((element) => set.reader.has("guard", element))).toBe(true);
    expect(set.writer.remove("guard", elements)).toEqual({ status: "written" });
    expect(elements.some((element) => set.reader.has("guard", element))).toBe(false);
  });

  test("a message from another program is no answer of the kernel", () => {
    using set = setUp();
    const refusal = toMessage({ type: 2, flags: 0, sequence: 1, family: 0xff });

    const reached = set.namespace.inside(() => sendForged(refusal, { portId: set.writer.portId }));

    expect(reached).toBe(false);
    expect(set.writer.put("guard", [tcp("ipv4", "192.0.2.1", 443)])).toEqual({ status: "written" });
  });
});

describe.skipIf(!nftables.available).each(WAYS)(
  `renewing %s${nftables.note}`,
  (_way, kernelRelease) => {
    test.each([
      tcp("ipv4", "192.0.2.1", 443),
      tcp("ipv6", "2001:db8::1", 443),
      tcp("ranges", "192.0.2.1", 1, 9),
      address("192.0.2.1"),
    ])("an element of the set $set lives for its timeout from then on", async (element) => {
      using set = setUp(kernelRelease);
      const brief = { ...element, timeoutMs: 150 };
      const before = performance.now();
      const expiries: boolean[] = [];
      while (performance.now() - before < 400) {
        const renewedAt = performance.now();
        expiries.push(set.writer.put("guard", [brief]).status !== "written");
        const isGone = !set.reader.has("guard", element);
        // Where others had the processor for longer than that, it may be gone.
        if (performance.now() - renewedAt < brief.timeoutMs) expiries.push(isGone);
        await new Promise(setImmediate);
      }

      expect(expiries).not.toContain(true);
      set.writer.put("guard", [element]);
      expect(set.list(element.set)).toMatch(/"timeout": 60, "expires": (59|60)/);
    });

    test("an element that expires just then is there afterwards", () => {
      using set = setUp(kernelRelease);
      // The kernel counts in ticks of 1 to 10 ms; the waits cover all of one and both its ends.
      const element = { ...tcp("ipv4", "192.0.2.1", 443), timeoutMs: 12 };
      const missing: number[] = [];
      for (let waitMs = 4; waitMs < 24; waitMs += 0.2) {
        const written = set.writer.put("guard", [element]).status;
        waitBusily(waitMs);
        const renewed = set.writer.put("guard", [{ ...element, timeoutMs: 60_000 }]).status;
        const isThere = set.reader.has("guard", element);
        if (written !== "written" || renewed !== "written" || !isThere) missing.push(waitMs);
      }

      expect(missing).toEqual([]);
    });

    test("nothing is lost of many elements that expire while they are being renewed", () => {
      using set = setUp(kernelRelease);
      const missing: Element[] = [];
      for (let round = 0; round < 4; round += 1) {
        // While the batch is on its way there are always some whose time is up, and the kernel looks for them.
        const elements = Array.from({ length: 4000 }, (_, index) => ({
          ...tcp("swept", `10.${round}.${index >> 8}.${index & 255}`, 443),
          timeoutMs: 30 + (index % 100),
        }));
        const renewed = elements.map((element) => ({ ...element, timeoutMs: 60_000 }));
        set.writer.put("guard", elements);
        waitBusily(50);

        expect(set.writer.put("guard", renewed)).toEqual({ status: "written" });
        // The kernel has swept again.
        waitBusily(15);
        missing.push(...renewed.filter((element) => !set.reader.has("guard", element)));
      }

      expect(missing).toEqual([]);
    });

    test("an element named twice in one put is written once, for the longer time", () => {
      using set = setUp(kernelRelease);
      const long = tcp("ipv4", "192.0.2.1", 443);
      const brief = { ...tcp("ipv4", "::ffff:192.0.2.1", 443), timeoutMs: 1000 };

      expect(set.writer.put("guard", [long, brief])).toEqual({ status: "written" });
      expect(set.list("ipv4")).toContain('"timeout": 60,');
    });

    test("a set that is full renews what it holds", () => {
      using set = setUp(kernelRelease);
      const both = [tcp("small", "192.0.2.1", 1), tcp("small", "192.0.2.1", 2)];
      set.writer.put("guard", both);

      expect(set.writer.put("guard", both)).toEqual({ status: "written" });
    });

    test("what is removed is gone, and what was not there does not matter", () => {
      using set = setUp(kernelRelease);
      const [kept, gone] = [tcp("ipv4", "192.0.2.1", 1), tcp("ipv4", "192.0.2.1", 2)];
      set.writer.put("guard", [kept, gone]);

      expect(set.writer.remove("guard", [gone, tcp("ranges", "192.0.2.1", 1, 9)])).toEqual({
        status: "written",
      });
      expect([kept, gone].map((element) => set.reader.has("guard", element))).toEqual([
        true,
        false,
      ]);
    });

    test.each(["ipv4", "ranges"])(
      "no packet misses an element of the set %s meanwhile",
      async (name) => {
        using set = setUp(kernelRelease);
        const [from, to] = name === "ranges" ? [9, 19] : [9, 9];
        // So that it is there when the sender is, however long that takes to start.
        const element = { ...tcp(name, "127.0.0.1", from, to), protocol: 17, timeoutMs: 60_000 };
        set.writer.put("guard", [element]);
        const sender = startSending(set.namespace);
        try {
          await expect.poll(() => readCounter(set.namespace, "found")).toBeGreaterThan(0);
          const before = readCounter(set.namespace, "found");
          let renewed = 0;
          while (renewed < 6_000 || readCounter(set.namespace, "found") < before + 5000) {
            for (let count = 0; count < 1000; count += 1) set.writer.put("guard", [element]);
            renewed += 1000;
          }
        } finally {
          sender.kill();
          await once(sender, "exit");
        }

        expect(readCounter(set.namespace, "missed")).toBe(0);
      },
    );
  },
);

test.each([
  ["6.12.0", true],
  ["6.18.44-custom", true],
  ["7.0.0-rc1", true],
  ["10.1", true],
  ["6.11.9-arch1-1", false],
  ["6.8.0-31-generic", false],
  ["5.15.0-1053-azure", false],
  ["", false],
  ["unknown", false],
])("a kernel %s renews in place: %s", (kernelRelease, renews) => {
  expect(mayRenewInPlace(kernelRelease)).toBe(renews);
});

function range(from: number, to: number): Element {
  return tcp("ranges", "192.0.2.1", from, to);
}

function waitBusily(waitMs: number): void {
  const end = performance.now() + waitMs;
  while (performance.now() < end);
}

/** Datagrams to port 9 of the namespace's loopback, one after the other. */
function startSending({ name }: OwnNamespace) {
  const script = `
    const socket = require("node:dgram").createSocket("udp4");
    const send = () => socket.send("x", 9, "127.0.0.1", () => setImmediate(send));
    send();`;
  return spawn("nsenter", [`--net=/run/netns/${name}`, process.execPath, "-e", script], {
    stdio: "ignore",
  });
}

function readCounter(namespace: OwnNamespace, name: string): number {
  const text = namespace.run("nft", ["list", "counter", "inet", "guard", name]);
  return Number(/packets (\d+)/.exec(text)?.[1]);
}
