import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { toClaimText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { toUdp } from "./packets.ts";
import { OWN_MARK, planFor } from "./plan-for.ts";

const { netns } = requires;

describe.skipIf(!netns.available)(`a whole namespace's table in block mode${netns.note}`, () => {
  let network: JudgedNetwork;
  beforeAll(async () => {
    network = await makeNetwork();
    network.load(
      toClaimText(
        planFor(network, {
          subject: "namespace",
          devices: [network.device],
          allow: ["203.0.113.10", "203.0.113.10:9999/udp", "[2001:db8:99::10]:443"],
        }),
      ),
    );
  });
  afterAll(() => network[Symbol.asyncDispose]());

  test("judges every program of the namespace", () => {
    expect(
      network.attempt(
        [
          { by: "tcp", ip: "203.0.113.10", port: 443 },
          { by: "tcp", ip: "2001:db8:99::10", port: 443 },
          { by: "udp", ip: "203.0.113.10", port: 9999 },
          { by: "udp", ip: "203.0.113.53", port: 53 },
          { by: "udp", ip: "2001:db8:99::53", port: 53 },
          { by: "tcp", ip: "203.0.113.30", port: 443 },
          { by: "tcp", ip: "2001:db8:99::30", port: 443 },
          { by: "udp", ip: "203.0.113.30", port: 443 },
          { by: "tcp", ip: "127.0.0.1", port: 5301 },
        ],
        "outside",
      ),
    ).toEqual([
      "peer",
      "peer",
      "peer",
      "gate",
      "gate",
      "ECONNREFUSED",
      "ECONNREFUSED",
      "EPERM",
      "sni",
    ]);
    expect(network.hasArrived("203.0.113.30")).toBe(false);
    expect(network.hasArrived("2001:db8:99::30")).toBe(false);
  });

  test("the guard's own traffic passes by its mark, a wrong mark does not", () => {
    expect(
      network.attempt(
        [
          { by: "udp", ip: "203.0.113.40", port: 53, mark: OWN_MARK },
          { by: "udp", ip: "203.0.113.40", port: 9999, mark: OWN_MARK + 1 },
        ],
        "outside",
      ),
    ).toEqual(["peer", "EPERM"]);
  });

  test("nobody speaks on behind the guard on a port that it used", () => {
    expect(
      network.attempt(
        [
          { by: "udp", ip: "203.0.113.40", port: 9999, localPort: 4000, mark: OWN_MARK },
          { by: "udp", ip: "203.0.113.40", port: 9999, localPort: 4000 },
        ],
        "outside",
      ),
    ).toEqual(["peer", "EPERM"]);
  });

  test("neighbours are found, over both families", () => {
    network.run("ip", "neigh", "flush", "all");

    expect(
      network.attempt(
        [
          { by: "tcp", ip: "203.0.113.10", port: 443 },
          { by: "tcp", ip: "2001:db8:99::10", port: 443 },
        ],
        "outside",
      ),
    ).toEqual(["peer", "peer"]);
  });

  test("a program's own neighbour message goes nowhere", () => {
    // A neighbour advertisement; the kernel fills in the checksum.
    const payload = "8800000060000000fe800000000000000000000000000001";

    network.attempt(
      [{ by: "raw", ip: "2001:db8:99::50", protocol: 58, payload, hops: 255 }],
      "outside",
    );

    expect(network.hasArrived("2001:db8:99::50")).toBe(false);
  });

  test("frames of a packet socket do not leave", () => {
    const outcomes = network.attempt(
      [{ by: "frame", device: network.device, payload: toFrame("203.0.113.70") }],
      "outside",
    );

    expect(network.hasArrived("203.0.113.70")).toBe(false);
    expect(outcomes).not.toEqual(["EPERM"]);
    expect(network.run("nft", "list", "counters")).toMatch(/dropped_frames \{\s+packets [1-9]/);
  });

  test("neighbours on the network can use neither the gate's port nor the gate", () => {
    expect(
      network.attemptFromPeer([
        { by: "tcp", ip: network.own.ipv4, port: 5300 },
        { by: "tcp", ip: network.own.ipv6, port: 5300 },
        { by: "udp", ip: network.own.ipv4, port: 53 },
        { by: "tcp", ip: network.own.ipv4, port: 53 },
      ]),
    ).toEqual(["EINPROGRESS", "EINPROGRESS", "ECONNREFUSED", "ECONNREFUSED"]);
  });

  test("a service may answer those who come from outside", () => {
    expect(network.attemptFromPeer([{ by: "tcp", ip: network.own.ipv4, port: 5301 }])).toEqual([
      "sni",
    ]);
  });
});

/** Ethernet, IPv4 and UDP, to everybody on the link. */
function toFrame(destination: string): string {
  const packet = toUdp({ source: "198.51.100.1", destination, port: 443, text: "stolen" });
  return `ffffffffffff0200000000010800${packet}`;
}
