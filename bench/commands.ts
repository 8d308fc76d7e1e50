/** How soon a kill reaches its agent while thousands of others listen, and what they cost the collector. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { createIdleAgent, type IdleAgent } from "./commands-of/idle-agent.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { type RunningCollector, startCollector } from "./harness/running-collector.ts";
import { toQuantile } from "./harness/statistics.ts";
import { type Row, toMebibytes } from "./harness/table.ts";
import { createWorkDirectory } from "./harness/work-directory.ts";

const GOALS =
  "Goals, 10,000 agents that listen: the collector in 1,024 MiB, and a kill reaches its agent within 100 ms at p99. Both ends need a descriptor for each (ulimit -n).";
/** Agents that come at once. */
const CROWD = 50;

await runBenchmark(
  {
    name: "commands",
    about: "agents that listen for commands: memory of the collector, and how soon a kill arrives",
    options: {
      agents: { default: 10_000, quick: 100, help: "agents that listen" },
      kills: { default: 500, quick: 20, help: "kills, of runs at random" },
      atonce: { default: 1, help: "kills at once" },
      idle: { default: 20, quick: 1, help: "seconds in which nothing happens but pings" },
    },
    async run(settings) {
      const row = await measure(settings);
      return { rows: [row], notes: [GOALS], measured: row };
    },
  },
  process.argv.slice(2),
);

interface Size {
  readonly agents: number;
  readonly kills: number;
  readonly atonce: number;
  readonly idle: number;
}

async function measure({ agents, kills, atonce, idle }: Size): Promise<Row> {
  using work = createWorkDirectory();
  const [agentToken, adminToken] = [
    randomBytes(32).toString("hex"),
    randomBytes(32).toString("hex"),
  ];
  await using collector = await startCollector({
    dataDir: join(work.path, "data"),
    environment: { RUNNER_GUARD_AGENT_TOKEN: agentToken, RUNNER_GUARD_ADMIN_TOKEN: adminToken },
  });
  const { url } = collector;
  const listening: IdleAgent[] = [];
  try {
    while (listening.length < agents) {
      const size = Math.min(CROWD, agents - listening.length);
      const crowd = Array.from({ length: size }, () => createIdleAgent({ url, token: agentToken }));
      listening.push(...(await Promise.all(crowd)));
    }
    const cpuBefore = readCpu(collector);
    await pause(idle * 1_000);
    const idleCpu = (readCpu(collector) - cpuBefore) / idle;
    const idleBytes = collector.readBytes("VmRSS");
    const delays: number[] = [];
    while (delays.length < kills) {
      const chosen = choose(listening, Math.min(atonce, kills - delays.length));
      const asked = chosen.map((agent) => kill(agent, { url, token: adminToken }));
      delays.push(...(await Promise.all(asked)));
    }
    return {
      agents,
      kills,
      "arrives p50 ms": toQuantile(delays, 0.5).toFixed(1),
      "p99 ms": toQuantile(delays, 0.99).toFixed(1),
      "at most ms": toQuantile(delays, 1).toFixed(1),
      "idle MiB": toMebibytes(idleBytes),
      "peak MiB": toMebibytes(collector.readBytes("VmHWM")),
      "KiB per agent": (idleBytes / 1_024 / agents).toFixed(1),
      "idle CPU, % of one": (idleCpu * 100).toFixed(1),
    };
  } finally {
    for (const agent of listening) agent[Symbol.dispose]();
  }
}

/** Each once, as far as there are enough. */
function choose(agents: readonly IdleAgent[], count: number): readonly IdleAgent[] {
  const chosen = new Set<IdleAgent>();
  while (chosen.size < Math.min(count, agents.length)) {
    const agent = agents[Math.floor(Math.random() * agents.length)];
    if (agent !== undefined) chosen.add(agent);
  }
  return [...chosen];
}

/** Milliseconds from asking the collector until its agent has the command. */
async function kill(
  agent: IdleAgent,
  { url, token }: { readonly url: string; readonly token: string },
): Promise<number> {
  const arrival = agent.nextCommandAt();
  const askedAt = performance.now();
  const response = await fetch(new URL(`/v1/runs/${agent.runId}/kill`, url), {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ reason: "bench" }),
  });
  await response.arrayBuffer();
  if (response.status !== 201) throw new Error(`a kill was answered ${response.status}`);
  return (await arrival) - askedAt;
}

function readCpu(collector: RunningCollector): number {
  const { user, system } = collector.readCpuSeconds();
  return user + system;
}
