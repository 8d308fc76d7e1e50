/** A run of which every text that a job can choose is meant for whoever reads it. */
import { tellsEgress } from "../../support/played-job.ts";
import type { TimedDeed } from "./generate-run.ts";
import { toStamp } from "./generate-run.ts";
import { beginSentRun, toStart } from "./shown-collector.ts";

const RIGHT_TO_LEFT = "\u202e";
const HOSTILE = [
  `<img src=x onerror="alert(1)">`,
  `"><script>alert(document.cookie)</script>`,
  `javascript:alert(1)`,
  `</title><svg onload=alert(1)>`,
  `${RIGHT_TO_LEFT}gpj.exe\u200b\u0007\n::error::gone`,
  `{{constructor.constructor('alert(1)')()}}`,
  `A`.repeat(3_000),
  `\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007`,
].join(" ");
/** Names of repositories and the like are bounded on the wire. */
const SHORT = HOSTILE.slice(0, 240);

export async function sendHostileRun(url: string): Promise<string> {
  const ci = {
    provider: "github-actions",
    repository: SHORT,
    workflow: SHORT,
    job: SHORT,
    ref: `refs/heads/${SHORT}`,
    sha: SHORT,
    actor: SHORT,
  };
  const run = await beginSentRun({ url, ci });
  const startsAt = Date.now() - 10_000;
  const at = toStamp(startsAt);
  const seen = { count: 1, firstSeen: at, lastSeen: at };
  const step = { job: HOSTILE, step: HOSTILE };
  const deeds: TimedDeed["deed"][] = [
    toStart(ci, {
      ...tellsEgress([HOSTILE, ...HOSTILE.split(" ")]),
      deny: [HOSTILE],
      moreDenied: 7,
    }),
    {
      kind: "process-started",
      process: "4711-a1",
      parent: null,
      pid: 4_711,
      executed: true,
      executable: `/tmp/${HOSTILE}`,
      args: [HOSTILE, HOSTILE],
      argsTruncated: false,
      workingDirectory: HOSTILE,
      userId: 0,
      groupId: 0,
      image: "file",
      step,
    },
    {
      kind: "connection",
      process: "4711-a1",
      network: { transport: "tcp", family: "ipv4" },
      destination: { ip: "203.0.113.66", port: 443, domain: HOSTILE },
      verdict: "would-block",
      rule: HOSTILE,
      results: {},
      bytesSent: 1,
      bytesReceived: 1,
      ...seen,
    },
    {
      kind: "dns-query",
      process: "4711-a1",
      name: HOSTILE,
      type: "A",
      verdict: "blocked",
      answers: [HOSTILE],
      failure: HOSTILE,
      ...seen,
    },
    { kind: "file-written", process: "4711-a1", path: HOSTILE, operation: "create", ...seen },
    {
      kind: "finding",
      id: HOSTILE.slice(0, 60),
      rule: { id: SHORT, name: SHORT },
      severity: "critical",
      technique: SHORT,
      process: "4711-a1",
      message: HOSTILE,
      evidence: { [HOSTILE]: HOSTILE, list: [HOSTILE] },
      response: "report",
      ...seen,
    },
    {
      kind: "secret-found",
      rule: HOSTILE,
      fingerprint: "0011aa",
      where: HOSTILE,
      encodings: [HOSTILE],
      confidence: "likely",
      source: HOSTILE,
      step,
      ...seen,
    },
    { kind: "events-dropped", sensor: "kernel", reason: HOSTILE, count: 3 },
    {
      kind: "posture",
      score: 1,
      checks: [{ id: HOSTILE, severity: "high", status: "failed", message: HOSTILE }],
    },
    {
      kind: "guard-stopped",
      runId: "guard",
      exitCode: 1,
      signal: null,
      sensors: [
        { name: "kernel", status: "degraded", reason: HOSTILE, eventsSeen: 1, eventsDropped: 3 },
      ],
    },
  ];
  await run.send(deeds.map((deed, index) => ({ at: startsAt + index * 100, deed })));
  await run.end();
  return run.runId;
}
