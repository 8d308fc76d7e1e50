import { describe, expect, test } from "vitest";

import type { Judgement } from "../../../agent/events/assembler-options.ts";
import { createBegunFlows } from "../../../agent/events/begun-flows.ts";
import { createCoalescer } from "../../../agent/events/coalescer.ts";
import { settleEnforcement } from "../../../agent/events/egress-events.ts";
import { createEventAssembler } from "../../../agent/events/event-assembler.ts";
import { createEventStream } from "../../../agent/events/event-stream.ts";
import type { FlaggedThing } from "../../../agent/events/flagging.ts";
import { createPacketMatcher } from "../../../agent/events/packet-matcher.ts";
import { createTamperFindings } from "../../../agent/events/tamper-findings.ts";
import { createUnsentDatagrams } from "../../../agent/events/unsent-datagrams.ts";
import type {
  ExecObservation,
  ExitObservation,
  FlowAddress,
  ForkObservation,
  Observation,
  ProcessRef,
} from "../../../agent/observation.ts";
import { toProcessId } from "../../../agent/process/process-id.ts";
import { createProcessTree } from "../../../agent/process/process-tree.ts";
import { type GuardEvent, guardEventSchema } from "../../../protocol/index.ts";

const SHELL: ProcessRef = { pid: 10, startTicks: 100 };
const HTTPS: FlowAddress = { transport: "tcp", family: "ipv4", ip: "192.0.2.1", port: 443 };
const QUIC: FlowAddress = { ...HTTPS, transport: "udp" };
const BLOCKED: Judgement = { verdict: "blocked", rule: "default", domain: "evil.test" };

describe("a packet that was refused", () => {
  test("adds to what the sensor saw, and is no second connection", () => {
    expect(assemble(BLOCKED, connect(HTTPS), packet(HTTPS), packet(HTTPS))).toMatchObject([
      { kind: "connection", process: "10-2s", verdict: "blocked", count: 1, packetsRefused: 2 },
    ]);
  });

  test("is told also where no sensor saw who sent it", () => {
    expect(assemble(BLOCKED, packet(HTTPS))).toMatchObject([
      { process: null, verdict: "blocked", count: 1, packetsRefused: 1, rule: "default" },
    ]);
  });

  test("was refused, whatever policy says of it", () => {
    const allowed: Judgement = { verdict: "allowed", rule: "egress.allow: github.test" };

    expect(assemble(allowed, connect(HTTPS), packet(HTTPS))).toMatchObject([
      { verdict: "allowed", count: 1 },
      { verdict: "blocked", rule: "default", count: 0, packetsRefused: 1 },
    ]);
  });
});

describe("a connection that was open before the guard", () => {
  const begun = { ...connect(HTTPS), origin: "snapshot" } as const;

  test("lives on, and so was not blocked", () => {
    expect(assemble(BLOCKED, begun, closed(HTTPS, 12))).toMatchObject([
      { verdict: "would-block", rule: "default", count: 1, bytesSent: 12 },
    ]);
  });

  test("is no word on another one", () => {
    expect(assemble(BLOCKED, begun, connect(QUIC))).toMatchObject([
      { network: { transport: "tcp" }, verdict: "would-block" },
      { network: { transport: "udp" }, verdict: "blocked" },
    ]);
  });
});

describe("a datagram socket that was given a forbidden address", () => {
  const named = { ...connect(QUIC), sendsNothing: true };

  test("is not told where it is closed unused", () => {
    expect(assemble(BLOCKED, named, closed(QUIC, 0))).toEqual([]);
  });

  test("counts when it sends", () => {
    expect(assemble(BLOCKED, named, closed(QUIC, 12))).toMatchObject([
      { verdict: "blocked", count: 1, bytesSent: 12 },
    ]);
  });

  test("counts when its packet is refused", () => {
    expect(assemble(BLOCKED, named, packet(QUIC), closed(QUIC, 0))).toMatchObject([
      { verdict: "blocked", count: 1, packetsRefused: 1 },
    ]);
  });

  test("is told at once where it is allowed", () => {
    expect(assemble({ verdict: "allowed", rule: "no-policy" }, named)).toMatchObject([
      { verdict: "allowed", count: 1 },
    ]);
  });
});

test("a question is told with whoever asked, and what became of it", () => {
  const question: Observation = {
    kind: "dns-query",
    at: 1,
    client: SHELL,
    name: "evil.test",
    type: "A",
    verdict: "blocked",
    rule: "default",
    answers: [],
  };

  expect(assemble(BLOCKED, question, question, { ...question, client: null })).toMatchObject([
    { kind: "dns-query", process: "10-2s", name: "evil.test", rule: "default", count: 2 },
    { kind: "dns-query", process: null, count: 1 },
  ]);
});

describe("hands laid on the guard", () => {
  const ADDRESS = "the job changed the network: address 192.0.2.1/32 added on lo";
  const IP: ProcessRef = { pid: 11, startTicks: 101 };
  const life: readonly Observation[] = [
    { kind: "fork", at: 1, process: IP, parent: SHELL },
    { kind: "exit", at: 2, process: IP, exitCode: 0, signal: null },
  ];

  test("are a finding, with a count", () => {
    const tampered = tamper("the table was changed", undefined, { program: "nft" });
    expect(assemble(BLOCKED, tampered, tampered, tamper("something else"))).toMatchObject([
      { rule: "guard-tamper", times: 2, evidence: { program: "nft" } },
      { rule: "guard-tamper", times: 1, message: "something else", evidence: {} },
    ]);
  });

  test("name the process that has ended when they are told, wherever its end came", () => {
    const findings = assemble(BLOCKED, tamper("the table was changed", 11), ...life);

    expect(findings.at(-1)).toMatchObject({
      process: { id: "11-2t", pid: 11 },
      evidence: { pid: 11 },
    });
  });

  test("are told too where no sensor knows who it was", () => {
    expect(assemble(BLOCKED, tamper("the table was changed", 99))).toMatchObject([
      { message: "the table was changed", process: null },
    ]);
  });

  test("are none where only the job could lay them, and it was somebody else", () => {
    expect(assemble(BLOCKED, ofJob(ADDRESS, 99))).toEqual([]);
  });

  test("of the job's are counted without those of others", () => {
    const findings = assemble(
      BLOCKED,
      ofJob(ADDRESS, 99),
      ofJob(ADDRESS, 11),
      ofJob(ADDRESS, 11),
      ...life,
    );

    expect(findings.slice(2)).toMatchObject([
      { message: ADDRESS, severity: "high", process: { pid: 11 }, evidence: { pid: 11 }, times: 2 },
    ]);
  });

  test("in more ways than find room are told as one", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ofJob(`${ADDRESS}${index}`, 11));
    const findings = assemble(BLOCKED, ...life, ...many).slice(2);

    expect(findings).toHaveLength(5);
    expect(findings.at(-1)).toMatchObject({ times: 996 });
  });
});

/** All events of these observations, each held against the protocol, and what they flag. */
function assemble(
  judgement: Judgement,
  ...observations: readonly (Observation | undefined)[]
): (GuardEvent | FlaggedThing)[] {
  const events: (GuardEvent | FlaggedThing)[] = [];
  const stream = createEventStream([(event) => events.push(guardEventSchema.parse(event))]);
  const flag = (thing: FlaggedThing): void => void events.push(thing);
  const tree = createProcessTree({ maxProcesses: 100, maxCharacters: 100_000 });
  const processes = {
    fork: (observation: ForkObservation) => tree.fork(observation),
    exec: (observation: ExecObservation) => tree.exec(observation),
    exit: (observation: ExitObservation) => tree.exit(observation),
    withPid: (pid: number) => tree.withPid(pid),
    lastWithPid: (pid: number) => tree.lastWithPid(pid),
    toId: toProcessId,
  };
  const parts = {
    processes,
    judge: () => judgement,
    coalescer: createCoalescer(stream, { maxPending: 100, turns: 1 }),
    packets: createPacketMatcher({ maxFlows: 100, maxSenders: 100 }),
    unsent: createUnsentDatagrams({ maxKeys: 100 }),
    begun: createBegunFlows({ maxKeys: 100 }),
    tampering: createTamperFindings({ processes, flag }, { maxWaiting: 4, maxPidsOfOne: 4 }),
    stream,
  };
  const observe = createEventAssembler(parts);
  for (const observation of observations) if (observation) observe(observation);
  settleEnforcement(parts, "all");
  parts.coalescer.flush();
  return events;
}

function connect(address: FlowAddress) {
  return { kind: "connect", at: 1, process: SHELL, address, origin: "live" } as const;
}

function closed(address: FlowAddress, bytesSent: number): Observation {
  return { kind: "flow", at: 2, process: SHELL, address, bytesSent, bytesReceived: 0 };
}

function packet(address: FlowAddress): Observation {
  return { kind: "packet", at: 1, address, userId: 0, isRefused: true };
}

function tamper(
  message: string,
  pid?: number,
  evidence: Readonly<Record<string, string>> = {},
): Observation {
  return { kind: "tamper", at: 1, pid, message, evidence };
}

function ofJob(message: string, pid: number): Observation {
  return { kind: "tamper", at: 1, pid, isOfJobAlone: true, message, evidence: {} };
}
