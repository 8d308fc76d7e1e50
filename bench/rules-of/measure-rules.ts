import type { Observation, ProcessRef } from "../../agent/observation.ts";
import { toProcessId } from "../../agent/process/process-id.ts";
import { createRunFacts, type Network } from "../../agent/rules/facts/run-facts.ts";
import { createRuleEngine } from "../../agent/rules/rule-engine.ts";
import type { Rule } from "../../agent/rules/rule.ts";

/** Everything is let through, so that no verdict cuts a rule's work short. */
const NETWORK: Network = {
  judge: () => ({ verdict: "allowed", rule: "default" }),
  judgeName: () => ({ verdict: "allowed", rule: "default" }),
  knowsNames: true,
  isResolver: () => false,
};
const LIVE = {
  isThere: () => true,
  hasOtherMounts: () => false,
  processorMs: () => undefined,
  descriptor: () => undefined,
  socket: () => undefined,
  head: () => undefined,
  headOfInput: () => undefined,
  file: () => undefined,
};

/** Microseconds that each of these sets of rules takes for an observation, the facts that are kept for them included. */
export function measureRules(
  sets: readonly (readonly Rule[])[],
  observations: readonly Observation[],
  passes: number,
): number[] {
  const taken = sets.map((): number[] => []);
  // By turns: what others do on the machine meanwhile then falls on all of them.
  for (let pass = 0; pass < passes; pass += 1) {
    for (const [index, rules] of sets.entries()) {
      taken[index]?.push(timeOnce(rules, observations));
    }
  }
  return taken.map(toMedian);
}

function timeOnce(rules: readonly Rule[], observations: readonly Observation[]): number {
  const engine = createRuleEngine({
    rules,
    settings: {},
    facts: createRunFacts({
      toId: toProcessId,
      stepOf: () => undefined,
      network: NETWORK,
      begunAtMs: 0,
      place: { workspace: "/work", home: "/root", guardPid: process.pid, scope: "command" },
      live: LIVE,
    }),
    respond: () => ({ done: "report" }),
    tell: () => undefined,
  });
  const begun = performance.now();
  for (const observation of observations) engine.observe(observation);
  engine.review("second", 0);
  engine.flush();
  return ((performance.now() - begun) * 1000) / observations.length;
}

/** The same job again and again, each time by other processes, until there are as many observations. */
export function repeatJob(observations: readonly Observation[], atLeast: number): Observation[] {
  const repeated: Observation[] = [];
  for (let round = 0; repeated.length < atLeast; round += 1) {
    const shift = (ref: ProcessRef): ProcessRef => ({
      pid: ref.pid + round * 100_000,
      startTicks: ref.startTicks + round,
    });
    for (const one of observations) {
      repeated.push({
        ...one,
        ...("process" in one && { process: shift(one.process) }),
        ...("parent" in one && { parent: shift(one.parent) }),
      });
    }
  }
  return repeated;
}

function toMedian(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
