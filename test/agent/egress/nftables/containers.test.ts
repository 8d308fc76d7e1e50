import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import { toClaimText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { toUdp } from "./packets.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;

test.skipIf(!netns.available)(
  `judges containers that are reached through a bridge${netns.note}`,
  async () => {
    await using network = await makeNetwork();
    using container = addContainer(network);
    await network.start("answer.ts", "gate", "172.18.0.1", "5302");
    network.load(
      toClaimText(
        planFor(network, {
          subject: "namespace",
          devices: [network.device],
          allow: ["203.0.113.10", "203.0.113.12:*/udp"],
          forwardGate: { ipv4: 5302 },
        }),
      ),
    );

    const outcomes = network.attemptIn(container.name, [
      { by: "tcp", ip: "203.0.113.10", port: 443 },
      { by: "udp", ip: "203.0.113.53", port: 53 },
      { by: "tcp", ip: "203.0.113.31", port: 443 },
      { by: "udp", ip: "203.0.113.32", port: 9999 },
      // In a stranger's name, to where it is refused, and to a closed port of the machine itself.
      {
        by: "raw",
        ip: "203.0.113.33",
        protocol: 255,
        header: true,
        payload: toSpoofed("203.0.113.33"),
      },
      // And to where it would be allowed.
      {
        by: "raw",
        ip: "203.0.113.12",
        protocol: 255,
        header: true,
        payload: toSpoofed("203.0.113.12"),
      },
      {
        by: "raw",
        ip: "172.18.0.1",
        protocol: 255,
        header: true,
        payload: toSpoofed("172.18.0.1"),
      },
    ]);

    expect(outcomes).toEqual([
      "peer",
      "gate",
      "ECONNREFUSED",
      "EHOSTUNREACH",
      "sent",
      "sent",
      "sent",
    ]);
    const strangers = [
      "203.0.113.12",
      "203.0.113.31",
      "203.0.113.32",
      "203.0.113.33",
      "203.0.113.53",
      STRANGER,
    ];
    expect(strangers.filter((ip) => network.hasArrived(ip))).toEqual([]);
  },
);

const STRANGER = "203.0.113.66";

function toSpoofed(destination: string): string {
  return toUdp({ source: STRANGER, destination, port: 7, text: "stolen" });
}

function addContainer(network: JudgedNetwork): Disposable & { readonly name: string } {
  const name = `guard-box-${process.pid}`;
  execFileSync("ip", ["netns", "add", name]);
  const inBox = (line: string) =>
    execFileSync("nsenter", [`--net=/run/netns/${name}`, "ip", ...line.split(" ")]);
  const inJob = (line: string) => network.run("ip", ...line.split(" "));
  inJob("link add bridge0 type bridge");
  inJob(`link add box type veth peer name eth0 netns ${name}`);
  inJob("link set box master bridge0 up");
  inJob("link set bridge0 up");
  inJob("addr add 172.18.0.1/16 dev bridge0");
  inBox("link set lo up");
  inBox("addr add 172.18.0.2/16 dev eth0");
  inBox("link set eth0 up");
  inBox("route add default via 172.18.0.1");
  network.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
  // A stranger's name would be refused by the kernel itself otherwise.
  network.run(
    "sysctl",
    "-qw",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.bridge0.rp_filter=0",
  );
  network.runAtPeer("ip", "route", "add", "172.18.0.0/16", "via", "198.51.100.1");
  return { name, [Symbol.dispose]: () => execFileSync("ip", ["netns", "del", name]) };
}
