/** What runs of a job do, as their guards tell it. */
import { makeEvent } from "../ingest-of/make-events.ts";

const SEEN = {
  count: 1,
  firstSeen: "2026-01-31T12:00:00.000001Z",
  lastSeen: "2026-01-31T12:00:00.900001Z",
};
const COMMON_EVENTS = 2_000;

/** A build: the same few programs and hosts again and again. */
export function makeCommonRun(): readonly object[] {
  const events = Array.from({ length: COMMON_EVENTS }, (_, index): object => {
    const { seq: _seq, observedAt: _at, ...event } = JSON.parse(makeEvent(index + 1));
    return event;
  });
  return toWhole(events);
}

/** A program that another one starts, a place that it goes to, and the name of that: three features, again and again. */
export function makeLargeRun(features: number): readonly object[] {
  const events = Array.from({ length: features / 3 }, (_, index) => {
    const name = toName(index);
    const process = `${1_000 + index}-a`;
    return [
      {
        kind: "process-started",
        process,
        parent: index === 0 ? null : `${999 + index}-a`,
        pid: 1_000 + index,
        executed: true,
        executable: `/usr/bin/${name}`,
        args: [name],
        argsTruncated: false,
        workingDirectory: "/home/runner/work/app/app",
        userId: 1_001,
        groupId: 1_001,
        image: "file",
      },
      {
        kind: "connection",
        process,
        network: { transport: "tcp", family: "ipv4" },
        destination: { ip: "198.51.100.7", port: 443, domain: `${name}.example` },
        verdict: "allowed",
        rule: "default",
        results: { established: 1 },
        bytesSent: 500,
        bytesReceived: 5_000,
        ...SEEN,
      },
    ];
  });
  return toWhole(events.flat());
}

function toWhole(events: readonly object[]): readonly object[] {
  const start = {
    kind: "guard-started",
    runId: "guard",
    version: "0.1.0",
    command: ["make"],
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    sensors: [],
  };
  const end = { kind: "guard-stopped", runId: "guard", exitCode: 0, signal: null, sensors: [] };
  return [start, ...events, end];
}

/** Letters alone: digits would be taken for what changes from run to run. */
function toName(index: number): string {
  let rest = index;
  let name = "";
  for (let place = 0; place < 4; place += 1) {
    name += String.fromCharCode(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return `tool${name}`;
}
