import { expect, test } from "vitest";

import { toClaimText, toRemovalText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;

/** As Docker, a service mesh and kube-proxy have them, made small. */
const OTHERS = `
table ip nat {
  chain DOCKER { ip daddr 203.0.113.80 tcp dport 80 dnat to 203.0.113.10:8080; }
  chain OUTPUT { type nat hook output priority -100; policy accept; fib daddr type local jump DOCKER; jump DOCKER; }
  chain POSTROUTING { type nat hook postrouting priority 100; policy accept; ip saddr 172.17.0.0/16 masquerade; }
}
table ip filter {
  chain DOCKER-USER { return; }
  chain FORWARD { type filter hook forward priority 0; policy accept; jump DOCKER-USER; }
}
table inet mesh {
  chain output { type nat hook output priority -100; policy accept; meta skuid 1337 return; tcp dport 9080 redirect to :5301; udp dport 53 redirect to :15053; }
}
table inet kube-proxy {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 203.0.113.90 . tcp . 443 : goto service } }
  chain service { meta l4proto tcp dnat ip to 203.0.113.30:8080; }
  chain nat-output { type nat hook output priority -100; policy accept; ip daddr . meta l4proto . th dport vmap @services; }
  chain filter-output { type filter hook output priority -110; policy accept; ct state invalid drop; }
}
`;

test.skipIf(!netns.available)(
  `judges where a packet goes in the end, and leaves the tables of others as they were${netns.note}`,
  async () => {
    await using network = await makeNetwork();
    network.load(OTHERS);
    const before = network.run("nft", "list", "ruleset");
    const plan = planFor(network, { allow: ["203.0.113.10:8080", "203.0.113.90:443"] });
    network.load(toClaimText(plan));

    const outcomes = network.attempt([
      // Docker sends it to an allowed place, kube-proxy an allowed one elsewhere, the mesh to itself.
      { by: "tcp", ip: "203.0.113.80", port: 80 },
      { by: "tcp", ip: "203.0.113.90", port: 443 },
      { by: "tcp", ip: "203.0.113.31", port: 9080 },
      { by: "udp", ip: "203.0.113.53", port: 53 },
    ]);
    network.load(toRemovalText(plan));

    expect(outcomes).toEqual(["peer", "ECONNREFUSED", "sni", "gate"]);
    expect(network.hasArrived("203.0.113.30")).toBe(false);
    expect(network.run("nft", "list", "ruleset")).toBe(before);
  },
);

test.skipIf(!netns.available)(`holds where IPv6 is switched off${netns.note}`, async () => {
  await using network = await makeNetwork();
  network.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
  network.load(
    toClaimText(
      planFor(network, { subject: "namespace", devices: ["wire"], allow: ["203.0.113.10"] }),
    ),
  );

  expect(
    network.attempt([
      { by: "tcp", ip: "203.0.113.10", port: 443 },
      { by: "tcp", ip: "203.0.113.30", port: 443 },
      { by: "udp", ip: "203.0.113.53", port: 53 },
    ]),
  ).toEqual(["peer", "ECONNREFUSED", "gate"]);
});
