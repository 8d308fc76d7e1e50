import { describe, expect, test } from "vitest";

import type { ExecObservation, Observation } from "../../../agent/observation.ts";
import { createRunFacts } from "../../../agent/rules/facts/run-facts.ts";
import {
  createRuleEngine,
  type Finding,
  type ResponseRequest,
  type RuleEngineOptions,
} from "../../../agent/rules/rule-engine.ts";
import type { Rule } from "../../../agent/rules/rule.ts";
import type { Policy } from "../../../protocol/index.ts";

const SHELL = { pid: 10, startTicks: 1 };
const CURL = { pid: 11, startTicks: 2 };

/** Flags every program that is not the shell. */
const curious: Rule = {
  id: "curious",
  title: "Curious program",
  flags: "Programs.",
  why: "To test.",
  advice: "Nothing to do.",
  severity: "medium",
  response: "kill-process",
  techniques: ["T1059"],
  references: [],
  honest: [],
  on: {
    exec: ({ executable }, actor) =>
      actor.program?.name === "sh"
        ? undefined
        : { message: `${executable} was run`, subject: executable },
  },
};

/** Flags whatever goes anywhere. */
const places: Rule = {
  ...curious,
  id: "places",
  on: {
    connect: (_seen, { ref }) => ({ message: `process ${ref.pid} went there`, subject: "there" }),
    packet: () => ({ message: "somebody went there", subject: "there" }),
  },
};
const ADDRESS = { transport: "tcp", family: "ipv4", ip: "203.0.113.7", port: 80 } as const;
const SECOND_US = 1_000_000;

describe("a finding", () => {
  test("carries the lineage from the step down, what was run, and the rule's advice", () => {
    const { findings } = watch(
      exec(SHELL, "/bin/sh"),
      ...forked(CURL),
      exec(CURL, "/usr/bin/curl"),
    );

    expect(findings).toMatchObject([
      {
        id: "curious-1",
        rule: { id: "curious", name: "Curious program" },
        severity: "medium",
        technique: "T1059",
        process: "11-2",
        message: "/usr/bin/curl was run",
        count: 1,
        evidence: {
          executable: "/usr/bin/curl",
          step: "build",
          lineage: [{ executable: "/bin/sh" }, { executable: "/usr/bin/curl" }],
          advice: "Nothing to do.",
        },
      },
    ]);
  });

  test("of the same thing is one, told again with its count when asked to", () => {
    const { findings, engine } = watch(exec(SHELL, "/bin/sh"));
    for (let pid = 100; pid < 10_100; pid += 1) {
      const process = { pid, startTicks: pid };
      for (const seen of [...forked(process), exec(process, "/usr/bin/curl", 7)]) {
        engine.observe(seen);
      }
    }

    expect(findings).toHaveLength(1);
    engine.flush();
    engine.flush();
    expect(findings.map(({ id, count }) => ({ id, count }))).toEqual([
      { id: "curious-1", count: 1 },
      { id: "curious-1", count: 10_000 },
    ]);
  });

  test("that is graver than what was told of the same is told by itself", () => {
    const worse: Rule = {
      ...curious,
      on: { exec: ({ at }) => ({ message: "m", subject: "s", severity: at > 1 ? "high" : "low" }) },
    };
    const deeds = [1, 2, 3, 1].map((at) => exec(CURL, "/usr/bin/curl", at));
    const { findings } = watchWith({}, { rules: [worse] }, ...deeds);
    expect(findings.map(({ severity }) => severity)).toEqual(["low", "high"]);
  });

  test("of too many different things is one that counts the rest", () => {
    const { findings, engine } = watch();
    for (let index = 0; index < 500; index += 1) {
      engine.observe(exec({ pid: index + 1, startTicks: 1 }, `/tmp/program-${index}`));
    }
    engine.flush();
    const last = findings.at(-1);

    expect(new Set(findings.map(({ id }) => id)).size).toBe(101);
    expect(last).toMatchObject({ count: 400 });
    expect(last?.message).toMatch(/^there are more than 100 different findings/);
  });

  test("keeps the lineage of those who have ended", () => {
    const { findings } = watch(
      exec(SHELL, "/bin/sh"),
      ...forked(CURL),
      { kind: "exit", at: 2, process: SHELL, exitCode: 0, signal: null },
      exec(CURL, "/usr/bin/curl"),
    );

    expect(findings[0]?.evidence).toMatchObject({
      lineage: [{ executable: "/bin/sh" }, { executable: "/usr/bin/curl" }],
    });
  });
});

describe("policy", () => {
  test("switches a rule off", () => {
    expect(watchWith({ curious: "off" }, exec(CURL, "/usr/bin/curl")).findings).toEqual([]);
  });

  test("sets severity and response, and its word is the last one", () => {
    const { findings, requests } = watchWith(
      { curious: { severity: "critical", response: "kill-job" } },
      exec(CURL, "/usr/bin/curl"),
    );

    expect(findings).toMatchObject([{ severity: "critical", response: "kill-job" }]);
    expect(requests).toMatchObject([{ response: "kill-job", severity: "critical", process: CURL }]);
  });
});

describe("the response", () => {
  test("is asked for of each process that does it, also where that is told already", () => {
    const again = { pid: 12, startTicks: 3 };
    const { findings, requests } = watch(exec(CURL, "/usr/bin/curl"), exec(again, "/usr/bin/curl"));

    expect(findings).toHaveLength(1);
    expect(requests.map(({ process }) => process)).toEqual([CURL, again]);
  });

  test("that was not carried out is said with the reason", () => {
    const { findings } = watchWith({}, exec(CURL, "/usr/bin/curl"), {
      respond: () => ({ done: "report", reason: "five were killed this minute" }),
    });

    expect(findings).toMatchObject([
      { response: "report", evidence: { notDone: "five were killed this minute" } },
    ]);
  });
});

test("what another part of the agent found out gets the rule's words, and the process where it is known", () => {
  const { findings, engine } = watch(exec(SHELL, "/bin/sh"));
  const thing = { rule: "curious", at: 5, message: "it was seen", subject: "it", times: 3 };
  engine.flag({ ...thing, process: { id: "10-1", pid: 10 } });
  engine.flag({ ...thing, process: { id: "99-9", pid: 99 }, subject: "other" });
  engine.flag({ ...thing, rule: "unknown", process: null });

  expect(findings).toMatchObject([
    { process: "10-1", count: 3, evidence: { executable: "/bin/sh" } },
    { process: "99-9", count: 3, evidence: { advice: "Nothing to do." } },
  ]);
});

describe("a packet of nobody that is known", () => {
  const packet = {
    kind: "packet",
    at: SECOND_US,
    address: ADDRESS,
    userId: 0,
    isRefused: true,
  } as const;
  const connect = {
    kind: "connect",
    at: SECOND_US + 1,
    address: ADDRESS,
    process: CURL,
    origin: "live",
  } as const;
  const byCurl = [{ message: "process 11 went there" }];

  test.for([
    [packet, connect],
    [connect, packet],
  ])("is the deed of the process that a sensor saw, whoever comes first", (observations) => {
    const { findings, engine } = watchWith({}, { rules: [places] }, ...observations);
    engine.review("second", 3 * SECOND_US);
    engine.review("end", 4 * SECOND_US);
    expect(findings).toMatchObject(byCurl);
  });

  test("is told when sensors have been read", () => {
    const { findings, engine } = watchWith({}, { rules: [places] }, packet);
    engine.review("second", SECOND_US + 1);
    expect(findings).toEqual([]);
    engine.review("second", 2 * SECOND_US);
    expect(findings).toMatchObject([{ message: "somebody went there", process: null }]);
  });

  test("is told at the end, and of another place at once with the process's own", () => {
    const address = { ...ADDRESS, port: 81 };
    const { findings, engine } = watchWith(
      {},
      { rules: [places] },
      { ...packet, address },
      connect,
    );
    expect(findings).toMatchObject(byCurl);
    engine.review("end", SECOND_US + 2);
    expect(findings).toMatchObject([...byCurl, { message: "somebody went there" }]);
  });

  test("is told where a process went to the same place long before", () => {
    const later = { ...packet, at: 60 * SECOND_US };
    const { findings, engine } = watchWith({}, { rules: [places] }, connect, later);
    engine.review("end", 61 * SECOND_US);
    expect(findings).toContainEqual(expect.objectContaining({ message: "somebody went there" }));
  });

  test("is told where a process has but named its destination, and sent nothing", () => {
    const named = { ...connect, sendsNothing: true };
    const { findings, engine } = watchWith({}, { rules: [places] }, packet, named);
    engine.review("end", SECOND_US + 2);
    expect(findings).toContainEqual(expect.objectContaining({ message: "somebody went there" }));
  });
});

function watch(...observations: readonly Observation[]) {
  return watchWith({}, ...observations);
}

function watchWith(
  settings: Policy["rules"],
  ...given: readonly (Observation | Partial<Pick<RuleEngineOptions, "respond" | "rules">>)[]
) {
  const findings: Finding[] = [];
  const requests: ResponseRequest[] = [];
  const overrides = given.find((one) => !("kind" in one));
  const engine = createRuleEngine({
    rules: [curious],
    settings,
    facts: createRunFacts({
      toId: ({ pid, startTicks }) => `${pid}-${startTicks}`,
      stepOf: () => ({ step: "build" }),
      network: {
        judge: () => ({ verdict: "allowed", rule: "default" }),
        judgeName: () => ({ verdict: "allowed", rule: "no-policy" }),
        knowsNames: true,
        isResolver: () => false,
      },
      begunAtMs: 0,
      place: { workspace: "/work", home: "/root", guardPid: 1, scope: "command" },
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
    }),
    respond: (request) => {
      requests.push(request);
      return { done: request.response };
    },
    ...overrides,
    tell: (finding) => findings.push(finding),
  });
  for (const one of given) if ("kind" in one) engine.observe(one);
  return { findings, requests, engine };
}

function forked(process: { pid: number; startTicks: number }): Observation[] {
  return [{ kind: "fork", at: 1, process, parent: SHELL }];
}

function exec(
  process: { pid: number; startTicks: number },
  executable: string,
  at = 1,
): ExecObservation {
  return {
    kind: "exec",
    at,
    process,
    parent: { pid: 1, startTicks: 0 },
    executable,
    args: [executable],
    argsTruncated: false,
    workingDirectory: "/work",
    userId: 0,
    groupId: 0,
    image: "file",
    environment: {},
    origin: "live",
  };
}
