import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test, vi } from "vitest";

import { claimTable } from "../../../../agent/egress/nftables/claim-table.ts";
import { cleanDeadGuards } from "../../../../agent/egress/nftables/clean-dead-guards.ts";
import { listGuardTables } from "../../../../agent/egress/nftables/guard-tables.ts";
import { findNft, runNft } from "../../../../agent/egress/nftables/nft-program.ts";
import { createRemovalOnDeath } from "../../../../agent/egress/nftables/removal-on-death.ts";
import { toClaimText, toRemovalText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { requires } from "../../../support/requires.ts";
import { makeNetwork } from "./judged-network.ts";
import type { JudgedNetwork } from "./judged-network.ts";
import { planFor } from "./plan-for.ts";

const { netns } = requires;
const wait = { timeout: 30_000, interval: 20 };

const tablesOf = (network: JudgedNetwork): string => network.run("nft", "list", "tables").trim();

async function makeGuarded(): Promise<JudgedNetwork> {
  const network = await makeNetwork();
  onTestFinished(() => network[Symbol.asyncDispose]());
  return network;
}

test.skipIf(!netns.available)(
  `guards that start at the same time get tables of their own${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const claims = await Promise.all(
      [1, 2, 3].map(() => claimTable(network.nft, planFor(network))),
    );

    const names = claims.map((claim) =>
      claim.status === "claimed" ? claim.plan.table : claim.reason,
    );
    expect(names.toSorted()).toEqual(["runner_guard", "runner_guard_2", "runner_guard_3"]);
  },
);

test.skipIf(!netns.available)(
  `a guard of the namespace is refused while another one lives, and takes over from a dead one${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const plan = planFor(network, { subject: "namespace", devices: [network.device] });
    const dead = { ...plan.owner, pid: spawnSync("true").pid };
    await claimTable(network.nft, { ...plan, owner: dead });
    const second = await claimTable(network.nft, plan);
    const third = await claimTable(network.nft, plan);

    expect(second).toMatchObject({ status: "claimed", takenOver: true });
    expect(third).toEqual({
      status: "refused",
      reason: `process ${process.pid} guards all of this network namespace already: end it first`,
    });
    expect(await listGuardTables(network.nft)).toEqual({
      status: "done",
      tables: [{ name: "runner_guard", hasFrames: true, owner: plan.owner }],
    });
  },
);

test.skipIf(!netns.available)(`a table that no guard made is left alone${netns.note}`, async () => {
  const network = await makeGuarded();
  network.load("table inet runner_guard { }");
  const claim = await claimTable(network.nft, planFor(network, { subject: "namespace" }));

  expect(claim).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("no guard made"),
  });
  expect(await cleanDeadGuards(network.nft)).toEqual({ removed: [], problems: [] });
  expect(tablesOf(network)).toBe("table inet runner_guard");
});

test.skipIf(!netns.available)(
  `tables of dead guards go when nothing of their command runs any more${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const { owner } = planFor(network);
    const dead = { ...owner, pid: spawnSync("true").pid };
    const left = join(network.cgroup.path, "left");
    const busy = join(network.cgroup.path, "busy");
    mkdirSync(join(left, "below"), { recursive: true });
    mkdirSync(busy);
    const sleeper = spawn("sleep", ["60"]);
    onTestFinished(() => void sleeper.kill("SIGKILL"));
    writeFileSync(join(busy, "cgroup.procs"), `${sleeper.pid}`);
    const owners = [
      owner,
      { ...dead, cgroup: left },
      { ...dead, cgroup: busy },
      { ...dead, cgroup: busy, onDeath: "open" as const },
      { ...dead, pidNamespace: 1, cgroup: left },
    ];
    for (const one of owners) await claimTable(network.nft, { ...planFor(network), owner: one });

    const { removed, problems } = await cleanDeadGuards(network.nft);

    expect({ removed, problems }).toEqual({
      removed: ["runner_guard_2", "runner_guard_4"],
      problems: [],
    });
    expect(existsSync(left)).toBe(false);
    sleeper.kill("SIGKILL");
    await once(sleeper, "exit");
    await vi.waitFor(async () => {
      expect((await cleanDeadGuards(network.nft)).removed).toEqual(["runner_guard_3"]);
    }, wait);
  },
);

test.skipIf(!netns.available)(
  `a guard that is killed takes its table with it${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const guard = await startGuard(network, "open");
    expect(tablesOf(network)).toContain("runner_guard");

    guard.kill("SIGKILL");

    await vi.waitFor(() => expect(tablesOf(network)).toBe(""), wait);
  },
);

test.skipIf(!netns.available)(
  `a killed guard's table stays while its command runs, where policy says closed${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const below = join(network.cgroup.path, "command");
    mkdirSync(below);
    const command = spawn("sleep", ["60"]);
    onTestFinished(() => void command.kill("SIGKILL"));
    writeFileSync(join(below, "cgroup.procs"), `${command.pid}`);
    const guard = await startGuard(network, below);

    guard.kill("SIGKILL");
    await once(guard, "exit");
    await vi.waitFor(() => expect(isWatchingCgroup(below)).toBe(true), wait);
    expect(tablesOf(network)).toContain("runner_guard");
    command.kill("SIGKILL");

    await vi.waitFor(() => expect(tablesOf(network)).toBe(""), wait);
    expect(existsSync(below)).toBe(false);
  },
);

test.skipIf(!netns.available)(
  `the child that waits for the guard's end is replaced when it is killed, and the table stays${netns.note}`,
  async () => {
    const network = await makeGuarded();
    const plan = planFor(network);
    network.load(toClaimText(plan));
    const ended: string[] = [];
    const removal = createRemovalOnDeath({
      nft: network.nft,
      text: toRemovalText(plan),
      onEnded: (program) => ended.push(program),
    });
    await vi.waitFor(() => expect(findWaitingNft()).not.toBe(""), wait);

    process.kill(Number(findWaitingNft()), "SIGKILL");

    await vi.waitFor(() => expect(removal.restarted).toBe(1), wait);
    expect(ended).toEqual(["nft"]);
    expect(tablesOf(network)).toContain("runner_guard");
    await removal[Symbol.asyncDispose]();
    expect(tablesOf(network)).toBe("");
  },
);

test(`says in one sentence why nft could not do it`, async () => {
  const nft = findNft("/usr/sbin") ?? "";
  const missing = await runNft("/nowhere/nft", "");
  const wrong = await runNft(nft, "add table inet x { frobnicate }");

  expect(missing).toMatchObject({
    cause: "missing",
    reason: "/nowhere/nft is not there: install the package nftables",
  });
  expect(wrong).toMatchObject({
    cause: "unsupported",
    reason: expect.stringContaining("nftables 1.0 or newer"),
  });
});

test.skipIf(!netns.available)(`names a control group that is not there${netns.note}`, async () => {
  const network = await makeGuarded();
  const claim = await claimTable(network.nft, {
    ...planFor(network),
    subject: { type: "cgroup", level: 1, path: "unified/nobody-made-it" },
  });

  expect(claim).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("control group"),
  });
});

/** A process of its own that has the table and waits to be killed; `how`: open, or the control group to hold it for. */
async function startGuard(network: JudgedNetwork, how: string) {
  const plan = planFor(network);
  network.load(toClaimText(plan));
  const script = fileURLToPath(new URL("wait-to-be-killed.ts", import.meta.url));
  const guard = spawn(process.execPath, [script, network.nft, toRemovalText(plan), how], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(guard.stdout, "data");
  return guard;
}

/** The holder watches the control group from when it knows that the guard is dead. */
function isWatchingCgroup(path: string): boolean {
  const found = spawnSync("pgrep", ["-f", `hold-until-empty.mjs ${path}`], { encoding: "utf8" });
  const pid = found.stdout.trim();
  if (pid === "") return false;
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)) === "anon_inode:inotify");
}

function findWaitingNft(): string {
  return spawnSync("pgrep", ["-P", `${process.pid}`, "nft"], { encoding: "utf8" }).stdout.trim();
}
