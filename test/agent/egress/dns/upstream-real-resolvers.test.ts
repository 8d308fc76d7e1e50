import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import dnsPacket from "dns-packet";
import { describe, expect, test } from "vitest";

import { createDnsUpstream } from "../../../../agent/egress/dns/create-upstream.ts";
import type { UpstreamAnswer } from "../../../../agent/egress/dns/dns-upstream.ts";
import type { ResolverAddress } from "../../../../agent/egress/dns/resolver-address.ts";
import { UPSTREAM_BOUNDS } from "../../../../agent/egress/dns/upstream-limits.ts";
import { requires } from "../../../support/requires.ts";
import { addressesIn, findDeadAddress, TEST_TIMEOUTS } from "./scripted-resolver.ts";

const { dnsmasq, unbound } = requires;
/** 200 addresses are 3,200 bytes of answer, and a datagram may have 1,232. */
const MANY = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}`);

describe.skipIf(!dnsmasq.available)(`dnsmasq${dnsmasq.note}`, () => {
  test("answers in a second round of questions as in the first, and keeps the case", async () => {
    const { ip, port } = await findDeadAddress();
    using running = start("dnsmasq", toDnsmasqArguments(ip, port));
    using upstream = upstreamTo({ ip, port });

    const first = await askUntilAnswered(upstream, "one.test");
    const none = await askUntilAnswered(upstream, "none.test");

    expect(running.isAlive()).toBe(true);
    expect(addressesIn(first)).toEqual(["192.0.2.1"]);
    expect(Reflect.get(dnsPacket.decode(none), "rcode")).toBe("NXDOMAIN");
    expect(upstream.counters.forgeriesSuspected).toBe(0);
  });
});

describe.skipIf(!unbound.available)(`unbound${unbound.note}`, () => {
  test("answers over UDP, and what is too long for that over TCP", async () => {
    const { ip, port } = await findDeadAddress();
    using folder = makeFolder();
    const file = join(folder.path, "unbound.conf");
    writeFileSync(file, toUnboundConfiguration(ip, port, folder.path));
    using running = start("unbound", ["-d", "-p", "-c", file]);
    using upstream = upstreamTo({ ip, port });

    const one = await askUntilAnswered(upstream, "one.test");
    const many = await askUntilAnswered(upstream, "many.test");

    expect(running.isAlive()).toBe(true);
    expect(addressesIn(one)).toEqual(["192.0.2.1"]);
    expect(addressesIn(many).toSorted()).toEqual(MANY.toSorted());
    expect(upstream.counters.forgeriesSuspected).toBe(0);
  });
});

function upstreamTo(resolver: ResolverAddress) {
  const { bounds, timeouts } = { bounds: UPSTREAM_BOUNDS, timeouts: TEST_TIMEOUTS };
  return createDnsUpstream({ resolvers: [resolver], mark: null, timeouts, bounds });
}

/** The program needs a moment until it listens. */
async function askUntilAnswered(
  upstream: ReturnType<typeof upstreamTo>,
  name: string,
): Promise<Buffer> {
  const ask = (): Promise<UpstreamAnswer> =>
    upstream.ask({ name, type: 1, class: 1, dnssec: true, checkingDisabled: false });
  const answer = await expect
    .poll(ask, { interval: 50 })
    .toMatchObject({ status: "answered" })
    .then(ask);
  if (answer.status === "failed") throw new Error(answer.reason);
  return Buffer.from(answer.message);
}

function start(
  program: string,
  args: readonly string[],
): Disposable & { readonly isAlive: () => boolean } {
  const child = spawn(program, args, { stdio: "ignore" });
  return {
    isAlive: () => child.exitCode === null,
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

function makeFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "guard-unbound-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function toDnsmasqArguments(ip: string, port: number): string[] {
  return [
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    "--pid-file=",
    `--port=${port}`,
    `--listen-address=${ip}`,
    "--bind-interfaces",
    "--user=root",
    "--address=/one.test/192.0.2.1",
    "--local=/none.test/",
  ];
}

function toUnboundConfiguration(ip: string, port: number, folder: string): string {
  return `server:
  interface: ${ip}@${port}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  num-threads: 1
  module-config: "iterator"
  local-zone: "test." static
  local-data: "one.test. 60 IN A 192.0.2.1"
${MANY.map((it) => `  local-data: "many.test. 60 IN A ${it}"`).join("\n")}
remote-control:
  control-enable: no
`;
}
