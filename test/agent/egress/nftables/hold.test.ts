import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test, vi } from "vitest";

import { findNft } from "../../../../agent/egress/nftables/nft-program.ts";
import type { RulesetPlan } from "../../../../agent/egress/nftables/ruleset-plan.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;
const wait = { timeout: 30_000, interval: 20 };
const refused = [{ by: "tcp", ip: "203.0.113.30", port: 443 }] as const;

test.skipIf(!netns.available)(
  `puts the table back whatever is done to it, and tells who did it${netns.note}`,
  async () => {
    const { network, lines } = await startHolding();
    const listing = (): string =>
      network.run("nft", "-t", "list", "ruleset").replaceAll(/packets \d+ bytes \d+/g, "");
    const whole = listing();
    const tampering = [
      ["flush", "ruleset"],
      ["delete", "table", "inet", "runner_guard"],
      ["flush", "chain", "inet", "runner_guard", "output"],
      ["insert", "rule", "inet", "runner_guard", "judge", "accept"],
      ["add", "element", "inet", "runner_guard", "learned4", "{ 203.0.113.30 . tcp . 443 }"],
      ["flush", "table", "netdev", "runner_guard"],
      ["add", "chain", "inet", "runner_guard", "mine"],
    ];

    for (const [index, args] of tampering.entries()) {
      network.run("nft", ...args);
      await vi.waitFor(() => expect(lines.filter(isRestored)).toHaveLength(index + 1), wait);
      expect(listing()).toBe(whole);
      expect(network.attempt(refused)).toEqual(["ECONNREFUSED"]);
    }
    expect(lines.filter((line) => "tampered" in line)).toHaveLength(tampering.length);
    expect(lines.find((line) => "tampered" in line)).toMatchObject({ pid: expect.any(Number) });
  },
);

test.skipIf(!netns.available)(
  `leaves alone what others do to their own tables, and does not chase itself${netns.note}`,
  async () => {
    const { network, lines } = await startHolding();
    network.load("add table inet other\nadd chain inet other x\nadd table ip runner_guard\n");
    network.run("nft", "delete", "table", "inet", "other");
    network.run("nft", "delete", "table", "inet", "runner_guard");

    await vi.waitFor(() => expect(lines.filter(isRestored)).toHaveLength(1), wait);
    // Something later that is told of, so that anything before would have been too.
    network.run("nft", "flush", "table", "inet", "runner_guard");
    await vi.waitFor(() => expect(lines.filter(isRestored)).toHaveLength(2), wait);
    expect(lines.filter((line) => "tampered" in line)).toHaveLength(2);
  },
);

test.skipIf(!netns.available)(
  `comes to rest with so many elements that its own reload is too much to read${netns.note}`,
  async () => {
    const { network, lines } = await startHolding(40_000);
    network.run("nft", "flush", "table", "inet", "runner_guard");
    await vi.waitFor(() => expect(lines.filter(isRestored)).toHaveLength(1), wait);
    network.run("nft", "delete", "table", "inet", "runner_guard");

    await vi.waitFor(() => expect(lines.filter(isRestored)).toHaveLength(2), wait);
    expect(network.attempt(refused)).toEqual(["ECONNREFUSED"]);
    expect(lines.filter(isRestored)).toHaveLength(2);
  },
);

type Line = Readonly<Record<string, unknown>>;

function isRestored(line: Line): boolean {
  return "restored" in line;
}

async function startHolding(elements = 0): Promise<{ network: JudgedNetwork; lines: Line[] }> {
  const network = await makeNetwork();
  onTestFinished(() => network[Symbol.asyncDispose]());
  const plan: RulesetPlan = planFor(network, { subject: "namespace", devices: [network.device] });
  const script = fileURLToPath(new URL("hold-table.ts", import.meta.url));
  const nft = findNft("") ?? "nft";
  const child = spawn(
    "nsenter",
    [`--net=${network.path}`, process.execPath, script, nft, JSON.stringify(plan), `${elements}`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  const lines: Line[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line)));
  await vi.waitFor(() => expect(lines).toHaveLength(1), wait);
  return { network, lines };
}
