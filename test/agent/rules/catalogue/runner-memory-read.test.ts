import { expect, test } from "vitest";

import type { MemoryAccessObservation } from "../../../../agent/observation.ts";
import { runnerMemoryRead } from "../../../../agent/rules/catalogue/runner-memory-read.ts";
import { createRunFacts } from "../../../../agent/rules/facts/run-facts.ts";
import { createRuleEngine, type Finding } from "../../../../agent/rules/rule-engine.ts";

const THIEF = { pid: 20, startTicks: 2 };
const ENTRY_POINT = 5;

test.each([
  { what: "whoever is ended for reaching into what the guard came from", killed: true, times: 1 },
  { what: "no debugger on processes that are the job's", killed: undefined, times: 0 },
] as const)("in a pod is told of $what", ({ killed, times }) => {
  const findings: Finding[] = [];
  const engine = createRuleEngine({
    rules: [runnerMemoryRead],
    settings: {},
    facts: createFacts(),
    respond: ({ response }) => ({ done: response }),
    tell: (finding) => findings.push(finding),
  });
  engine.observe({ ...REACH, ...(killed && { killed }) });

  expect(findings).toHaveLength(times);
});

test("who was killed before it read is not told as having read", () => {
  const findings: Finding[] = [];
  const engine = createRuleEngine({
    rules: [runnerMemoryRead],
    settings: {},
    facts: createFacts(),
    respond: ({ response }) => ({ done: response }),
    tell: (finding) => findings.push(finding),
  });
  engine.observe({ ...REACH, succeeded: true, killed: true });
  engine.observe({ ...REACH, succeeded: true, method: "ptrace", targetPid: 1 });

  expect(findings.map(({ message, evidence }) => [message, evidence["succeeded"]])).toEqual([
    [expect.stringContaining("was killed before it"), false],
    [expect.not.stringContaining("killed"), true],
  ]);
});

const REACH: MemoryAccessObservation = {
  kind: "memory-access",
  at: 1,
  process: THIEF,
  method: "process-vm-writev",
  targetPid: ENTRY_POINT,
  succeeded: false,
};

function createFacts() {
  return createRunFacts({
    toId: ({ pid, startTicks }) => `${pid}-${startTicks}`,
    stepOf: () => ({ step: "build" }),
    network: {
      judge: () => ({ verdict: "allowed", rule: "default" }),
      judgeName: () => ({ verdict: "allowed", rule: "no-policy" }),
      knowsNames: true,
      isResolver: () => false,
    },
    begunAtMs: 0,
    place: { workspace: "/work", home: "/root", guardPid: 1, scope: "pod" },
    live: {
      isThere: () => true,
      hasOtherMounts: () => false,
      processorMs: () => undefined,
      descriptor: () => undefined,
      socket: () => undefined,
      head: () => undefined,
      headOfInput: () => undefined,
      file: () => undefined,
    },
  });
}
