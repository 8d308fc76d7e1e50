import { expect, test } from "vitest";

import { findOuterDevices } from "../../../../agent/egress/enforcement/outer-devices.ts";

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0000F40A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
const ROUTES6 = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;
const DEVICES = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo:       0       0    0    0    0     0          0         0        0       0
  eth0:    1188      14    0    0    0     0          0         0     1188      14
docker0:       0       0    0    0    0     0          0         0        0       0
`;

test("the devices of default routes lead out, of either family", () => {
  const found = findOuterDevices({ routes: ROUTES, routes6: ROUTES6, devices: DEVICES });

  expect(found).toEqual(["eth0", "eth1"]);
});

test("without a default route every device may, but not loopback", () => {
  expect(findOuterDevices({ routes: "", routes6: "", devices: DEVICES })).toEqual([
    "eth0",
    "docker0",
  ]);
});
