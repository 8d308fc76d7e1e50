import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { findLoopbackListener } from "../../../../agent/egress/dns/loopback-resolver.ts";

test.each(["127.0.0.1", "::1"])(
  "whoever listens on %s is found in the kernel's own tables",
  async (ip) => {
    const udp = createSocket(ip.includes(":") ? "udp6" : "udp4");
    udp.bind(0, ip);
    await once(udp, "listening");
    const { port } = udp.address();
    const tables = readTables();
    udp.close();

    expect(findLoopbackListener({ ip, port }, { tables, ownIps: [] })).toEqual({
      status: "found",
      userId: process.geteuid?.(),
    });
  },
);

test("whoever listens on every address is found for an address of the machine", async () => {
  const udp = createSocket("udp4");
  udp.bind(0, "0.0.0.0");
  await once(udp, "listening");
  const { port } = udp.address();
  const tables = readTables();
  udp.close();

  expect(findLoopbackListener({ ip: "127.0.0.77", port }, { tables, ownIps: [] })).toMatchObject({
    status: "found",
  });
});

test("a resolver on another machine is not looked for", () => {
  expect(
    findLoopbackListener(
      { ip: "10.0.0.2", port: 53 },
      { tables: readTables(), ownIps: ["10.0.0.9"] },
    ),
  ).toEqual({
    status: "elsewhere",
  });
  expect(
    findLoopbackListener(
      { ip: "fe80::1%eth0", port: 53 },
      { tables: readTables(), ownIps: ["10.0.0.9"] },
    ),
  ).toEqual({
    status: "elsewhere",
  });
});

function readTables() {
  return {
    udp: readFileSync("/proc/net/udp", "utf8"),
    udp6: readFileSync("/proc/net/udp6", "utf8"),
  };
}
