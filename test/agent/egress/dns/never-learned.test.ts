import { once } from "node:events";
import { connect, createServer } from "node:net";

import { expect, test } from "vitest";

import { isNeverLearned } from "../../../../agent/egress/dns/never-learned.ts";

test.each([
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "0.1.2.3",
  "169.254.0.1",
  "169.254.169.254",
  "224.0.0.251",
  "239.255.255.255",
  "255.255.255.255",
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:169.254.169.254",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b::127.0.0.1",
  "fe80::1",
  "febf::1",
  "ff02::1",
  "fd00:ec2::254",
  "FD00:0EC2:0::254",
  "fd20:ce::254",
  "no address",
])("%s is not", (ip) => {
  expect(isNeverLearned(ip)).toBe(true);
});

test.each([
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "128.0.0.1",
  "126.255.255.255",
  "169.253.255.255",
  "223.255.255.255",
  "240.0.0.1",
  "::ffff:192.0.2.1",
  "64:ff9b::c000:201",
  "fd00:ec2::253",
  "fec0::1",
  "2001:db8::1",
])("%s may be", (ip) => {
  expect(isNeverLearned(ip)).toBe(false);
});

test("Linux connects to the IPv4 address for its mapped form, as what is learned supposes", async () => {
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  const client = connect(port, "::ffff:127.0.0.1");
  const [socket] = await Promise.all([once(server, "connection"), once(client, "connect")]);

  expect(socket).toMatchObject([{ localAddress: "127.0.0.1" }]);
  client.destroy();
  server.close();
});
