import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { toClaimText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;

describe.skipIf(!netns.available).for(["cgroup", "namespace"] as const)(
  `a table of a %s in audit mode${netns.note}`,
  (subject) => {
    let network: JudgedNetwork;
    beforeAll(async () => {
      network = await makeNetwork();
      const plan = planFor(network, { subject, mode: "audit", deny: ["203.0.113.201"] });
      network.load(toClaimText(plan));
    });
    afterAll(() => network[Symbol.asyncDispose]());

    test("lets everything pass but what is denied, and counts a flow once", () => {
      expect(
        network.attempt([
          { by: "tcp", ip: "203.0.113.30", port: 443 },
          { by: "tcp", ip: "203.0.113.201", port: 443 },
          { by: "udp", ip: "203.0.113.53", port: 53 },
          { by: "udp", ip: "203.0.113.10", port: 9999 },
          { by: "udp", ip: "127.255.255.254", port: 9 },
        ]),
      ).toEqual(["peer", "ECONNREFUSED", "gate", "peer", "EPERM"]);
      const countOf = (name: string) =>
        /packets (\d+)/.exec(
          network.run("nft", "list", "counter", "inet", "runner_guard", name),
        )?.[1];
      expect([countOf("would_refuse"), countOf("refused")]).toEqual(["2", "1"]);
    });
  },
);
