import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { promisify } from "node:util";

import dnsPacket from "dns-packet";
import type { Answer } from "dns-packet";
import { array, assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { createDnsUpstream } from "../../../../agent/egress/dns/create-upstream.ts";
import { parseQuery } from "../../../../agent/egress/dns/parse-query.ts";
import {
  UPSTREAM_BOUNDS,
  UPSTREAM_TIMEOUTS,
} from "../../../../agent/egress/dns/upstream-limits.ts";
import { requires } from "../../../support/requires.ts";
import { answered, dig, question, startTestGate } from "./gate-under-test.ts";
import { findDeadAddress } from "./scripted-resolver.ts";

const { dnsmasq } = requires;
function toRecord(name: string, type: number): Answer {
  const own = { name, ttl: 60 };
  if (type === 28) return { ...own, type: "AAAA", data: "2001:db8::1" };
  if (type === 15)
    return { ...own, type: "MX", data: { preference: 10, exchange: "mail.example" } };
  if (type === 16) return { ...own, type: "TXT", data: ["one", "two"] };
  if (type !== 33) return { ...own, type: "A", data: "192.0.2.1" };
  return { ...own, type: "SRV", data: { priority: 1, weight: 2, port: 3, target: "sip.example" } };
}

function startWithRecords() {
  return startTestGate({
    listen: [
      { ip: "127.0.0.1", port: 0 },
      { ip: "::1", port: 0 },
    ],
    answer: (asked) => answered(asked, { answers: [toRecord(asked.name, asked.type)] }),
  });
}

test("Node's resolver reads what the gate says", async () => {
  await using it = await startWithRecords();
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${it.port}`]);

  expect(await resolver.resolve4("a.example", { ttl: true })).toEqual([
    { address: "192.0.2.1", ttl: 60 },
  ]);
  expect(await resolver.resolve6("a.example")).toEqual(["2001:db8::1"]);
  expect(await resolver.resolveMx("a.example")).toMatchObject([
    { priority: 10, exchange: "mail.example" },
  ]);
  expect(await resolver.resolveTxt("a.example")).toEqual([["one", "two"]]);
  expect(await resolver.resolveSrv("_a._tcp.example")).toMatchObject([
    { priority: 1, weight: 2, port: 3, name: "sip.example" },
  ]);
  await expect(resolver.resolve4("refused.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
  expect(it.reported.map(({ answers }) => answers)).toEqual([
    ["192.0.2.1"],
    ["2001:db8::1"],
    ["10 mail.example"],
    ['"onetwo"'],
    ["1 2 3 sip.example"],
    [],
  ]);
});

test("UDP and TCP have the same port, over IPv6 too where the machine has it", async () => {
  await using it = await startWithRecords();
  const { ipv4, ipv6 } = it.gate.ports;

  expect(ipv4).toBeGreaterThan(0);
  for (const transport of ["+notcp", "+tcp"]) {
    expect((await dig(ipv4 ?? 0, transport, "+short", "a.example")).text).toBe("192.0.2.1\n");
    if (ipv6 === undefined) continue;
    const args = ["@::1", "-p", String(ipv6), transport, "+short", "a.example"];
    expect((await promisify(execFile)("dig", args)).stdout).toBe("192.0.2.1\n");
  }
});

test("a port that is taken is a failure with the reason", async () => {
  const other = createSocket("udp4");
  await new Promise<void>((resolve) => other.bind(0, "127.0.0.1", resolve));

  const start = startTestGate({ listen: [{ ip: "127.0.0.1", port: other.address().port }] });

  await expect(start).rejects.toThrow(
    /UDP 127\.0\.0\.1 port \d+: .*EADDRINUSE.*; end the resolver that listens there/,
  );
  other.close();
});

test("closing the gate is no failure, and its port is free again", async () => {
  const it = await startTestGate();
  await it.gate[Symbol.asyncDispose]();

  await using again = await startTestGate({ listen: [{ ip: "127.0.0.1", port: it.port }] });

  expect(again.port).toBe(it.port);
  expect(it.failures).toEqual([]);
});

test("a gate that is closed while somebody waits says nothing more", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const it = await startTestGate({
    answer: async (asked) => {
      await promise;
      return answered(asked, {});
    },
  });
  const client = createSocket("udp4");
  client.send(question("a.example"), it.port, "127.0.0.1");
  await expect.poll(() => it.asked).toHaveLength(1);

  await it.gate[Symbol.asyncDispose]();
  resolve();

  await expect.poll(() => it.reported).toHaveLength(1);
  expect(it.failures).toEqual([]);
  client.close();
});

describe.skipIf(!dnsmasq.available)(`a real resolver behind the gate${dnsmasq.note}`, () => {
  test("is heard through it", async () => {
    const { ip, port } = await findDeadAddress();
    const args = [
      "--keep-in-foreground",
      "--no-resolv",
      "--no-hosts",
      "--conf-file=/dev/null",
      "--pid-file=",
      "--user=root",
    ];
    const own = [`--port=${port}`, `--listen-address=${ip}`, "--bind-interfaces", "--no-daemon"];
    const records = [
      "--address=/one.test/192.0.2.1",
      "--cname=alias.test,target.test",
      "--host-record=target.test,192.0.2.2",
    ];
    const child = execFile("dnsmasq", [...args, ...own, ...records]);
    using upstream = createDnsUpstream({
      resolvers: [{ ip, port }],
      mark: null,
      timeouts: UPSTREAM_TIMEOUTS,
      bounds: UPSTREAM_BOUNDS,
    });
    await using it = await startTestGate({ upstream });

    await expect
      .poll(async () => (await dig(it.port, "+short", "one.test")).text)
      .toBe("192.0.2.1\n");
    expect((await dig(it.port, "+short", "alias.test")).text).toBe("target.test.\n192.0.2.2\n");
    expect(it.opened.at(-1)).toMatchObject({
      name: "alias.test",
      targets: [{ name: "target.test" }],
    });
    child.kill("SIGKILL");
  });
});

test("whatever bytes are sent as a question, reading them ends, and what is taken is what others read", () => {
  const valid = question("a.example");
  const change = integer({ min: 0, max: valid.length * 256 - 1 });
  assert(
    property(array(change, { maxLength: 4 }), (changes) => {
      const message = Buffer.from(valid);
      for (const it of changes) message[Math.floor(it / 256)] = it % 256;
      const parsed = parseQuery(message);
      if (parsed.status !== "query") return;
      const other = dnsPacket.decode(message);
      expect(other.questions).toHaveLength(1);
      // Plain names alone: dns-packet cannot tell a dot in a label from one between two.
      if (!/^[a-z0-9.]*$/.test(parsed.query.name)) return;
      const name = other.questions?.[0]?.name.toLowerCase() ?? "";
      expect(parsed.query.name).toBe(name === "." ? "" : name);
    }),
    { numRuns: 3_000 },
  );
});
