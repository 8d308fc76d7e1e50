/** A run of which one rule is told what happened, by processes that this file starts. */
import type { FileObservation, ProcessRef } from "../../../../agent/observation.ts";
import { createRunFacts, type Place } from "../../../../agent/rules/facts/run-facts.ts";
import { createRuleEngine, type Finding } from "../../../../agent/rules/rule-engine.ts";
import type { Rule } from "../../../../agent/rules/rule.ts";

export interface JudgedRun {
  readonly findings: readonly Finding[];
  /** Starts a program below another process; what is there from the start has no parent here. */
  readonly exec: (executable: string, started?: Started) => ProcessRef;
  readonly connect: (process: ProcessRef, socket: string) => void;
  readonly file: (process: ProcessRef, change: Change) => void;
}

type Change = Pick<FileObservation, "operation" | "path" | "originalPath">;

interface Started {
  readonly args?: readonly string[];
  readonly parent?: ProcessRef;
}

const FIRST_PID = 20;

export function judgeRun(rule: Rule, place: Partial<Place> = {}): JudgedRun {
  const findings: Finding[] = [];
  const engine = createRuleEngine({
    rules: [rule],
    settings: {},
    facts: createFacts(place),
    respond: ({ response }) => ({ done: response }),
    tell: (finding) => findings.push(finding),
  });
  let pid = FIRST_PID;
  let at = 0;
  return {
    findings,
    exec(executable, { args = [], parent } = {}) {
      const process = { pid: (pid += 1), startTicks: 1 };
      engine.observe({
        kind: "exec",
        at: (at += 1),
        process,
        parent: parent ?? { pid: 1, startTicks: 1 },
        executable,
        args: [executable, ...args],
        argsTruncated: false,
        workingDirectory: "/work/app",
        userId: 0,
        groupId: 0,
        image: "file",
        environment: {},
        origin: parent === undefined ? "snapshot" : "live",
      });
      return process;
    },
    connect(process, socket) {
      engine.observe({
        kind: "connect",
        at: (at += 1),
        process,
        origin: "live",
        address: { family: "unix", transport: "unix", path: socket },
      });
    },
    file(process, change) {
      engine.observe({ kind: "file", at: (at += 1), process, ...change });
    },
  };
}

function createFacts(place: Partial<Place>) {
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
    place: { workspace: "/work/app", home: "/root", guardPid: 1, scope: "pod", ...place },
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
