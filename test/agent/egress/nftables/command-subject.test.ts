import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { toClaimText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import type { Attempt } from "./attempt.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import * as packets from "./packets.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;

describe.skipIf(!netns.available)(`a command's table in block mode${netns.note}`, () => {
  let network: JudgedNetwork;
  beforeAll(async () => {
    network = await makeNetwork();
    network.load(
      toClaimText(
        planFor(network, {
          allow: [
            "203.0.113.10",
            "203.0.113.10:80",
            "203.0.113.10:9999/udp",
            "[2001:db8:99::10]:443",
            "203.0.113.11/icmp",
            "203.0.113.12/raw",
            "203.0.113.200/29:1-65535",
          ],
          deny: ["203.0.113.201"],
        }),
      ),
    );
    const element = (set: string, text: string) =>
      network.load(`add element inet runner_guard ${set} { ${text} timeout 1h }`);
    element("learned4", "203.0.113.20 . tcp . 443");
    element("learned4_ranges", "203.0.113.20 . tcp . 8000-8100");
    element("learned6", "2001:db8:99::20 . tcp . 443");
    element("denied_names4", "203.0.113.202");
  });
  afterAll(() => network[Symbol.asyncDispose]());

  test("lets out what policy allows by address, over both families", () => {
    expect(
      network.attempt([
        { by: "tcp", ip: "203.0.113.10", port: 443 },
        { by: "udp", ip: "203.0.113.10", port: 9999 },
        { by: "tcp", ip: "2001:db8:99::10", port: 443 },
        { by: "tcp", ip: "::ffff:203.0.113.10", port: 443 },
      ]),
    ).toEqual(["peer", "peer", "peer", "peer"]);
  });

  test("lets out what was learned, by one port and by a range", () => {
    expect(
      network.attempt([
        { by: "tcp", ip: "203.0.113.20", port: 443 },
        { by: "tcp", ip: "203.0.113.20", port: 8080 },
        { by: "tcp", ip: "2001:db8:99::20", port: 443 },
      ]),
    ).toEqual(["peer", "peer", "peer"]);
  });

  test("refuses everything else at once, so that a program need not wait", () => {
    const ips = ["203.0.113.30", "203.0.113.31", "2001:db8:99::30", "2001:db8:99::31"];

    expect(
      network.attempt([
        { by: "tcp", ip: "203.0.113.30", port: 443 },
        { by: "udp", ip: "203.0.113.31", port: 443 },
        { by: "tcp", ip: "2001:db8:99::30", port: 443 },
        { by: "udp", ip: "2001:db8:99::31", port: 443 },
        { by: "tcp", ip: "::ffff:203.0.113.30", port: 443 },
        { by: "tcp", ip: "203.0.113.10", port: 8080 },
        { by: "udp", ip: "203.0.113.20", port: 443 },
        { by: "udp", ip: "203.0.113.10", port: 443 },
      ]),
    ).toEqual([
      "ECONNREFUSED",
      "EPERM",
      "ECONNREFUSED",
      "EPERM",
      "ECONNREFUSED",
      "ECONNREFUSED",
      "EPERM",
      "EPERM",
    ]);
    expect(ips.filter((ip) => network.hasArrived(ip))).toEqual([]);
  });

  test("a denied address or name wins over what is allowed", () => {
    expect(
      network.attempt([
        { by: "tcp", ip: "203.0.113.201", port: 443 },
        { by: "tcp", ip: "203.0.113.202", port: 443 },
        { by: "tcp", ip: "203.0.113.203", port: 443 },
      ]),
    ).toEqual(["ECONNREFUSED", "ECONNREFUSED", "peer"]);
  });

  test("questions for names reach the gate, wherever they are sent and however", () => {
    expect(
      network.attempt([
        { by: "udp", ip: "203.0.113.53", port: 53 },
        { by: "tcp", ip: "203.0.113.53", port: 53 },
        { by: "udp", ip: "2001:db8:99::53", port: 53 },
        { by: "tcp", ip: "2001:db8:99::53", port: 53 },
        { by: "udp", ip: "127.0.0.53", port: 53 },
        { by: "udp", ip: "203.0.113.201", port: 53 },
      ]),
    ).toEqual(["gate", "gate", "gate", "gate", "gate", "gate"]);
    expect(network.hasArrived("203.0.113.53")).toBe(false);
  });

  test("what stays on the machine is let be, and others than the command are not judged", () => {
    expect(
      network.attempt([
        { by: "tcp", ip: "127.0.0.1", port: 5301 },
        { by: "tcp", ip: "::1", port: 5301 },
        { by: "tcp", ip: network.own.ipv4, port: 5301 },
        { by: "tcp", ip: network.own.ipv6, port: 5301 },
      ]),
    ).toEqual(["sni", "sni", "sni", "sni"]);
    expect(
      network.attempt(
        [
          { by: "tcp", ip: "203.0.113.40", port: 443 },
          { by: "udp", ip: "203.0.113.40", port: 53 },
        ],
        "outside",
      ),
    ).toEqual(["peer", "peer"]);
  });

  test("no other transport slips through, whole or in fragments", () => {
    const protocols = [2, 4, 17, 33, 41, 47, 50, 51, 94, 115, 132, 136, 137, 253, 255];
    const attempts = protocols.map((protocol, index) => ({
      by: "raw" as const,
      ip: `203.0.113.${100 + index}`,
      protocol,
      payload: "00350035001000000000000000000000",
    }));

    network.attempt(attempts);

    expect(attempts.filter(({ ip }) => network.hasArrived(ip))).toEqual([]);
    network.attempt([
      { by: "raw", ip: "203.0.113.12", protocol: 253, payload: "00" },
      { by: "raw", ip: "203.0.113.11", protocol: 1, payload: packets.ECHO_REQUEST },
    ]);
    expect(network.hasArrived("203.0.113.12")).toBe(true);
    expect(network.hasArrived("203.0.113.11")).toBe(true);
  });

  test("fragments of a raw socket that are not put together again do not leave", () => {
    const fragment = (destination: string, offset: number, more: boolean) => ({
      by: "raw" as const,
      ip: destination,
      protocol: 255,
      header: true,
      noDefrag: true,
      payload: packets.toFragment({ source: network.own.ipv4, destination, offset, more }),
    });

    // The second address is allowed by tcp and udp ports only: what looks like a port in a later fragment is payload.
    network.attempt([
      fragment("203.0.113.130", 0, true),
      fragment("203.0.113.130", 8, false),
      fragment("203.0.113.20", 8, false),
    ]);

    expect(network.hasArrived("203.0.113.130")).toBe(false);
  });

  test("extension headers hide no transport, and mapped addresses on the wire are refused", () => {
    network.attempt([
      // Hop-by-hop options and destination options, each followed by UDP to port 443.
      toIpv6("2001:db8:99::40", 0, `1100010400000000${packets.UDP_TO_443}`),
      toIpv6("2001:db8:99::41", 60, `1100010400000000${packets.UDP_TO_443}`),
      // A fragment header with the first and with a later part.
      toIpv6("2001:db8:99::42", 44, `1100000100000001${packets.UDP_TO_443}`),
      toIpv6("2001:db8:99::43", 44, `1100000800000001${packets.UDP_TO_443}`),
      toIpv6("2001:db8:99::44", 59, "00"),
    ]);

    const arrived = [40, 41, 42, 43, 44].filter((n) => network.hasArrived(`2001:db8:99::${n}`));
    expect(arrived).toEqual([]);
  });

  test("a packet in a stranger's name gets no answer out of the machine", () => {
    const spoofed = packets.toUdp({
      source: "203.0.113.66",
      destination: network.own.ipv4,
      port: 7,
      text: "stolen",
    });

    network.attempt([
      { by: "raw", ip: network.own.ipv4, protocol: 255, header: true, payload: spoofed },
    ]);

    expect(network.hasArrived("203.0.113.66")).toBe(false);
  });

  test("a socket bound to a device cannot carry loopback's addresses onto the wire", () => {
    network.attempt([
      { by: "udp", ip: "127.0.0.9", port: 9999, device: network.device },
      { by: "udp", ip: "127.0.0.53", port: 53, device: network.device },
      { by: "udp", ip: "203.0.113.53", port: 53, device: network.device },
    ]);

    expect(["127.0.0.9", "127.0.0.53", "127.0.0.1"].filter((ip) => network.hasArrived(ip))).toEqual(
      [],
    );
  });

  test("the canary is refused although it is on loopback", () => {
    expect(network.attempt([{ by: "udp", ip: "127.255.255.254", port: 9 }])).toEqual(["EPERM"]);
  });

  test("a service of the command may answer those who come from outside", async () => {
    await network.startInCgroup("answer.ts", "service", "127.0.0.1", "7070");

    expect(network.attemptFromPeer([{ by: "tcp", ip: network.own.ipv4, port: 7070 }])).toEqual([
      "service",
    ]);
  });
});

function toIpv6(ip: string, protocol: number, payload: string): Attempt {
  return { by: "raw", ip, protocol, payload };
}
