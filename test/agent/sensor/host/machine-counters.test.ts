import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseDiskTraffic } from "../../../../agent/sensor/host/disk-traffic.ts";
import { readMachineCounters } from "../../../../agent/sensor/host/machine-counters.ts";
import {
  parseNetworkTraffic,
  parseRoutedInterfaces,
} from "../../../../agent/sensor/host/network-traffic.ts";
import { parseProcessorTime, toPercent } from "../../../../agent/sensor/host/processor-time.ts";

describe("processor time", () => {
  test("adds up what was worked, and leaves waiting and guests out", () => {
    const text = "cpu  10 2 3 80 5 1 1 4 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n";

    expect(parseProcessorTime(text)).toEqual({ busy: 21, total: 106 });
  });

  test.each(["", "cpu0 1 2 3 4 5", "cpu  a b c d e f g h", "cpu  1 2"])("refuses %j", (text) => {
    expect(parseProcessorTime(text)).toBeUndefined();
  });

  test.each([
    { before: { busy: 10, total: 100 }, after: { busy: 60, total: 200 }, expected: 50 },
    { before: { busy: 10, total: 100 }, after: { busy: 10, total: 100 }, expected: 0 },
    { before: { busy: 10, total: 100 }, after: { busy: 9, total: 110 }, expected: 0 },
    { before: { busy: 10, total: 100 }, after: { busy: 31, total: 120 }, expected: 100 },
  ])("from $before to $after is $expected per cent", ({ before, after, expected }) => {
    expect(toPercent(before, after)).toBe(expected);
  });
});

describe("disk traffic", () => {
  const text = [
    "   8       0 sda 100 0 200 10 50 0 400 20 0 30 30",
    "   8       1 sda1 100 0 200 10 50 0 400 20 0 30 30",
    " 253       0 vda 1 0 2 1 1 0 4 1 0 1 1 0 0 0 0 0 0",
  ].join("\n");

  test("is of whole disks, in sectors of 512 bytes", () => {
    expect(parseDiskTraffic(text, (name) => !name.endsWith("1"))).toEqual({
      readBytes: 202 * 512,
      writtenBytes: 404 * 512,
    });
  });

  test("is unknown without a disk", () => {
    expect(parseDiskTraffic(text, () => false)).toBeUndefined();
    expect(parseDiskTraffic("", () => true)).toBeUndefined();
  });
});

describe("network traffic", () => {
  const devices = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets",
    "    lo: 9000 1 0 0 0 0 0 0 9000 1 0 0 0 0 0 0",
    "  eth0: 1000 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0",
    "veth12:1000 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0",
  ].join("\n");

  test("is of the interfaces that lead out", () => {
    expect(parseNetworkTraffic(devices, new Set(["eth0"]))).toEqual({
      receivedBytes: 1000,
      transmittedBytes: 200,
    });
  });

  test("is of all but loopback where nothing leads out", () => {
    expect(parseNetworkTraffic(devices, new Set())).toEqual({
      receivedBytes: 2000,
      transmittedBytes: 400,
    });
  });

  test("is unknown without an interface", () => {
    expect(parseNetworkTraffic("    lo: 1 1 0 0 0 0 0 0 1 1\n", new Set())).toBeUndefined();
  });

  test("the interfaces that lead out are those with a default route", () => {
    const ipv4 = [
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
      "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
      "tun0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0",
    ].join("\n");
    const zero = "0".repeat(32);
    const ipv6 = [
      `${zero} 00 ${zero} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth1`,
      `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`,
    ].join("\n");

    expect(parseRoutedInterfaces(ipv4, ipv6)).toEqual(new Set(["eth0", "eth1"]));
  });
});

test("nothing throws, whatever the files hold", () => {
  let runs = 0;
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      parseProcessorTime(`cpu  ${left}`);
      parseDiskTraffic(left, () => true);
      parseNetworkTraffic(left, parseRoutedInterfaces(left, right));
      runs += 1;
    }),
  );

  expect(runs).toBeGreaterThan(0);
});

test("reads this machine's own counters", async () => {
  const earlier = parseProcessorTime(readFileSync("/proc/stat", "utf8"));
  const { processors } = await readMachineCounters({ proc: "/proc", sys: "/sys" });

  expect(processors?.total).toBeGreaterThanOrEqual(earlier?.total ?? Number.POSITIVE_INFINITY);
});

test("has no counters where there is no /proc", async () => {
  expect(await readMachineCounters({ proc: "/nonexistent", sys: "/nonexistent" })).toEqual({
    readAtMs: expect.any(Number),
    processors: undefined,
    disks: undefined,
    network: undefined,
  });
});
