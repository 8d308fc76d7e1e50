import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import { expect, onTestFinished, test } from "vitest";

import { toClaimText, toReplacementText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork, SNI_PORT } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;

async function makeGuarded(): Promise<JudgedNetwork> {
  const network = await makeNetwork();
  onTestFinished(() => network[Symbol.asyncDispose]());
  return network;
}

test.skipIf(!netns.available)(
  `of the flows that were there before the guard, those it is told of live on and others are reset${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const known = await network.start("converse.ts", "203.0.113.30", "443", "4001");
    const unknown = await network.start("converse.ts", "203.0.113.30", "443", "4002");
    const begunBefore = [
      {
        protocol: 6 as const,
        source: { ip: network.own.ipv4, port: 4001 },
        destination: { ip: "203.0.113.30", port: 443 },
      },
    ];
    network.load(toClaimText(planFor(network, { subject: "namespace", begunBefore })));

    expect(await speak(known)).toBe("peer");
    expect(await speak(unknown)).toBe("ECONNRESET");
    known.kill("SIGKILL");
    await once(known, "exit");
    expect(
      network.attempt([{ by: "tcp", ip: "203.0.113.30", port: 443, localPort: 4001 }]),
    ).toEqual(["ECONNREFUSED"]);
  },
);

test.skipIf(!netns.available)(
  `a flow that was allowed lives on when its element is gone, and over a reload${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const plan = planFor(network, { subject: "namespace" });
    network.load(toClaimText(plan));
    network.load("add element inet runner_guard learned4 { 203.0.113.30 . tcp . 443 timeout 1h }");
    const flow = await network.start("converse.ts", "203.0.113.30", "443", "4003");
    network.load(toReplacementText(plan));

    expect(await speak(flow)).toBe("peer");
    expect(network.attempt([{ by: "tcp", ip: "203.0.113.30", port: 443 }])).toEqual([
      "ECONNREFUSED",
    ]);
  },
);

test.skipIf(!netns.available)(
  `what was learned for port 443 goes to the check of names, unless it is denied${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const plan = planFor(network, { sniPort: { ipv4: SNI_PORT }, deny: ["203.0.113.31"] });
    network.load(toClaimText(plan));
    const learned = [
      "203.0.113.30 . tcp . 443",
      "203.0.113.31 . tcp . 443",
      "203.0.113.30 . tcp . 80",
    ];
    for (const one of learned) {
      network.load(`add element inet runner_guard learned4 { ${one} timeout 1h }`);
    }

    expect(
      network.attempt([
        { by: "tcp", ip: "203.0.113.30", port: 443 },
        { by: "tcp", ip: "203.0.113.31", port: 443 },
        { by: "tcp", ip: "203.0.113.30", port: 80 },
        { by: "tcp", ip: "203.0.113.32", port: 443 },
      ]),
    ).toEqual(["sni", "ECONNREFUSED", "peer", "ECONNREFUSED"]);
  },
);

/** What comes back for another word on the connection. */
async function speak(flow: ChildProcess): Promise<string> {
  if (flow.stdout === null) throw new Error("has no output");
  const answer = once(flow.stdout, "data");
  flow.kill("SIGUSR1");
  const [data] = await answer;
  return String(data).trim();
}
