import type { Observation } from "../../agent/observation.ts";
import { toProcessId } from "../../agent/process/process-id.ts";
import { createRunFacts, type Network } from "../../agent/rules/facts/run-facts.ts";
import { createRuleEngine } from "../../agent/rules/rule-engine.ts";
import type { Rule } from "../../agent/rules/rule.ts";

/** Addresses of nobody's, so that no verdict cuts a rule's work short. */
const NETWORK: Network = {
  judge: () => ({ verdict: "allowed", rule: "default" }),
  knowsNames: true,
  isResolver: () => false,
};
const LIVE = {
  isThere: () => true,
  descriptor: () => undefined,
  socket: () => undefined,
  head: () => undefined,
};

/** Microseconds that these rules take for an observation on average, what they keep of the run included. */
export function measureRules(
  rules: readonly Rule[],
  observations: readonly Observation[],
  passes: number,
): { readonly meanUs: number; readonly findings: number } {
  const taken: number[] = [];
  let findings = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    const engine = createRuleEngine({
      rules,
      settings: {},
      facts: createRunFacts({
        toId: toProcessId,
        stepOf: () => undefined,
        network: NETWORK,
        place: { workspace: "/work", home: "/root", guardPid: process.pid, scope: "command" },
        live: LIVE,
      }),
      respond: () => ({ done: "report" }),
      tell: () => {
        findings += 1;
      },
    });
    const begun = performance.now();
    for (const observation of observations) engine.observe(observation);
    engine.review("second", 0);
    engine.flush();
    taken.push(((performance.now() - begun) * 1000) / observations.length);
  }
  // The rest is warm-up and what others did on the machine meanwhile.
  return { meanUs: toMedian(taken), findings: findings / passes };
}

function toMedian(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
