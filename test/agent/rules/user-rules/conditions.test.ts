import { describe, expect, test } from "vitest";

import type {
  ExecObservation,
  FlowAddress,
  Observation,
  ProcessRef,
} from "../../../../agent/observation.ts";
import { parsePolicy } from "../../../../agent/policy/parse-policy.ts";
import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { toProgramFacts } from "../../../../agent/rules/facts/program-facts.ts";
import { compileCondition } from "../../../../agent/rules/user-rules/conditions.ts";

const AT = 1_000_000;
const PYTHON = { pid: 2, startTicks: 2 };
const EXEC = exec(PYTHON, ["/usr/bin/python3.11", "python3", "install"]);
const MAKER = toActor(exec({ pid: 1, startTicks: 1 }, ["/opt/gnu/make", "make", "all"]), undefined);
const ACTOR = toActor(EXEC, MAKER);
const RENAME: Observation = {
  kind: "file",
  at: AT,
  process: PYTHON,
  operation: "rename",
  path: "/work/a",
  originalPath: "/work/a.tmp",
};
const PTRACE: Observation = {
  kind: "memory-access",
  at: AT,
  process: PYTHON,
  method: "ptrace",
  targetPid: 1,
  succeeded: true,
};
const MOUNT: Observation = {
  kind: "privileged",
  at: AT,
  process: PYTHON,
  operation: "mount",
  detail: "/dev/sda1 on /host",
  succeeded: true,
};

describe("of the process", () => {
  test.each([
    ["process.executable: /usr/bin/*", true],
    ["process.executable: /usr/*", false],
    ["process.executable: /usr/**", true],
    ["process.name: [perl, python3.11]", true],
    ["process.args: { contains: install, suffix: .py }", false],
    ["process.args: { prefix: inst, suffix: all }", true],
    ["process.script: '**/setup.py'", true],
    ["process.image: [memfd, deleted]", false],
    ["process.image: file", true],
    ["process.working_directory: /work/**", true],
    ["process.parent.name: make", true],
    ["process.parent.args: all", true],
    ["process.ancestor.executable: /opt/*/make", true],
    ["process.ancestor.args: { glob: 'a?l' }", true],
    ["process.ancestor.name: python3.11", false],
    ["user.id: 1000", true],
    ["user.id: [0, 1]", false],
    ["user.id: { at-least: 1000, below: 2000 }", true],
    ["user.id: { above: 1000 }", false],
    ["user.id: { at-most: 999 }", false],
    ["step: build", true],
  ])("%s: %s", (when, holds) => {
    expect(doesHold("process", when, EXEC)).toBe(holds);
  });
});

describe("of a connection", () => {
  test.each([
    ["destination.ip: 10.1.2.3", true],
    ["destination.ip: 10.0.0.0/8", true],
    ["destination.ip: [192.0.2.0/24, '2001:db8::/32', 10.1.2.0/30]", true],
    ["destination.ip: [10.1.2.4, 10.2.0.0/16, '::/0']", false],
    ["destination.port: { above: 1023 }", true],
    ["destination.port: { above: 8080 }", false],
    ["destination.domain: '*.Example.com'", true],
    ["destination.domain: API.example.com.", true],
    ["destination.domain: { suffix: .EXAMPLE.com, prefix: api. }", true],
    ["destination.domain: example.com", false],
    ["network.transport: [udp, tcp]", true],
    ["destination.path: /run/docker.sock", false],
  ])("%s: %s", (when, holds) => {
    expect(doesHold("connection", when, connectTo("10.1.2.3"))).toBe(holds);
  });

  test.each([
    ["destination.ip: 10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["destination.ip: '2001:db8::/32'", "2001:db8::1", true],
    ["destination.ip: '2001:db8::/32'", "2001:db9::1", false],
    ["destination.ip: 0.0.0.0/0", "2001:db8::1", false],
  ])("%s, to %s: %s", (when, ip, holds) => {
    expect(doesHold("connection", when, connectTo(ip))).toBe(holds);
  });

  test("to a socket on this machine goes by its path", () => {
    const seen = connection({ transport: "unix", family: "unix", path: "/run/docker.sock" });

    expect(doesHold("connection", "destination.path: /run/*.sock", seen)).toBe(true);
    expect(doesHold("connection", "not: { destination.ip: 0.0.0.0/0 }", seen)).toBe(true);
  });
});

describe("of what else is looked at", () => {
  test.each([
    ["file", "file.operation: [rename]\n      file.original_path: /work/*.tmp", RENAME, true],
    ["file", "file.path: /work/*.tmp", RENAME, false],
    ["memory-access", "memory.method: ptrace", PTRACE, true],
    ["memory-access", "memory.method: proc-mem", PTRACE, false],
    ["privileged-operation", "privileged.operation: mount", MOUNT, true],
    ["privileged-operation", "privileged.detail: { contains: /host }", MOUNT, true],
  ] as const)("%s, %s: %s", (on, when, seen, holds) => {
    expect(doesHold(on, when, seen)).toBe(holds);
  });
});

test("a thousand blocks are asked in less time than an event may take", () => {
  const blocks = Array.from(
    { length: 1_000 },
    (_, index) => `10.${index >> 8}.${index & 255}.0/24`,
  );
  const holds = compileCondition({ "destination.ip": blocks });
  const subject = toSubject(connectTo("192.0.2.7"));
  const before = process.threadCpuUsage();
  for (let index = 0; index < 1_000; index += 1) expect(holds(subject)).toBe(false);

  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(500);
});

function doesHold(on: string, when: string, seen: Observation): boolean {
  const text = `version: 1\nrules:\n  mine:\n    title: Mine\n    on: ${on}\n    when:\n      ${when}\n`;
  const rule = parsePolicy(text, "p").policy.rules["mine"];
  if (rule === undefined || rule === "off" || !("when" in rule)) throw new Error("no rule");
  return compileCondition(rule.when)(toSubject(seen));
}

function toSubject(seen: Observation) {
  const judgement = { verdict: "allowed", rule: "default", domain: "api.example.com" } as const;
  return { seen, actor: ACTOR, network: { judge: () => judgement } };
}

function connectTo(ip: string): Observation {
  return connection({ transport: "tcp", family: "ipv4", ip, port: 8080 });
}

function connection(address: FlowAddress): Observation {
  return { kind: "connect", at: AT, process: PYTHON, address, origin: "live" };
}

function exec(process: ProcessRef, [executable, ...args]: [string, ...string[]]): ExecObservation {
  return {
    kind: "exec",
    at: AT,
    process,
    parent: { pid: 0, startTicks: 0 },
    executable,
    args,
    argsTruncated: false,
    script: "/work/setup.py",
    workingDirectory: "/work/src",
    userId: 1000,
    groupId: 1000,
    image: "file",
    environment: {},
    origin: "live",
  };
}

function toActor(seen: ExecObservation, parent: Actor | undefined): Actor {
  return {
    ref: seen.process,
    id: `${seen.process.pid}-1`,
    parent,
    depth: parent === undefined ? 0 : 1,
    step: { step: "build" },
    startedAt: AT,
    endedAt: undefined,
    program: toProgramFacts(seen),
    hasExecuted: true,
  };
}
