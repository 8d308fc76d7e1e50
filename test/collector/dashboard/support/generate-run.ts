/** A run with so many events as a large build makes: steps, a tree of processes, destinations, files, secrets and findings. */
import type { CiStep } from "../../../../protocol/ci-context.ts";
import type { Deed } from "../../support/played-job.ts";
import { createRandom, type Random } from "../../support/random.ts";

export interface GeneratedRun {
  readonly events: number;
  readonly seed: number;
  /** Milliseconds since 1970: of the first event. */
  readonly startsAt: number;
  readonly lengthMs: number;
}

export interface TimedDeed {
  readonly at: number;
  readonly deed: Deed;
}

const STEPS = ["checkout", "setup-node", "install", "build", "test", "package", "publish"];
const PROGRAMS = [
  ["/usr/bin/bash", "-e", "step.sh"],
  ["/usr/bin/node", "node_modules/.bin/tsc", "--build"],
  ["/usr/bin/git", "fetch", "--depth=1", "origin"],
  ["/usr/bin/gcc", "-O2", "-c", "source/main.c"],
  ["/usr/bin/make", "-j4", "all"],
  ["/usr/bin/npm", "ci"],
  ["/usr/bin/tar", "xzf", "cache.tgz"],
  ["/usr/bin/curl", "-sSf", "https://registry.npmjs.org/left-pad"],
] as const;
const HOSTS = [
  ["registry.npmjs.org", "104.16.24.35"],
  ["github.com", "140.82.121.4"],
  ["objects.githubusercontent.com", "185.199.108.133"],
  ["nodejs.org", "104.20.22.46"],
  ["pypi.org", "151.101.0.223"],
  ["deb.debian.org", "151.101.2.132"],
] as const;
const WORK = "/home/runner/work/app/app";
const MAX_ALIVE = 24;

export function generateDeeds({ events, seed, startsAt, lengthMs }: GeneratedRun): TimedDeed[] {
  const random = createRandom(seed);
  const made: TimedDeed[] = [];
  const alive: { readonly id: string; readonly step: CiStep }[] = [];
  let pid = 1_000;
  const timeOf = (index: number): number => startsAt + (lengthMs * index) / events;
  const add = (deed: Deed): void => {
    made.push({ at: timeOf(made.length), deed });
  };
  add(toPosture());
  while (made.length < events - 1) {
    const stepIndex = Math.min(STEPS.length - 1, Math.floor((made.length / events) * STEPS.length));
    const step = { job: "build", step: STEPS[stepIndex] ?? "build" };
    const choice = toShare(random);
    const process = alive.length === 0 ? undefined : random.pick(alive);
    if (process === undefined || (choice < 0.22 && alive.length < MAX_ALIVE)) {
      pid += 1;
      const id = `${pid}-${(seed + pid).toString(36)}`;
      add(toStart({ id, pid, parent: process?.id ?? null, step, random }));
      alive.push({ id, step });
    } else if (choice < 0.42) {
      alive.splice(alive.indexOf(process), 1);
      const exitCode = toShare(random) < 0.03 ? 1 : 0;
      add({ kind: "process-exited", process: process.id, exitCode, signal: null });
    } else if (choice < 0.6) add(toConnection(process.id, random, toStamp(timeOf(made.length))));
    else if (choice < 0.68) add(toQuery(process.id, random, toStamp(timeOf(made.length))));
    else if (choice < 0.9985) add(toWrite(process.id, random, toStamp(timeOf(made.length))));
    else if (choice < 0.9992) add(toSecret(random, toStamp(timeOf(made.length)), process.step));
    else add(toFinding(made.length, process.id, toStamp(timeOf(made.length))));
  }
  add({
    kind: "guard-stopped",
    runId: "guard",
    exitCode: 0,
    signal: null,
    sensors: [{ name: "kernel", status: "active", eventsSeen: events, eventsDropped: 0 }],
  });
  return made;
}

/** As it stands in an event. */
export function toStamp(ms: number): string {
  const whole = Math.floor(ms);
  const micros = String(Math.floor((ms - whole) * 1_000)).padStart(3, "0");
  return `${new Date(whole).toISOString().slice(0, -1)}${micros}Z`;
}

export function toLines(deeds: readonly TimedDeed[], firstSeq: number): string[] {
  return deeds.map(({ at, deed }, index) =>
    JSON.stringify({ seq: firstSeq + index, observedAt: toStamp(at), ...deed }),
  );
}

/** From 0 to below 1. */
function toShare(random: Random): number {
  return random.below(1_000_000) / 1_000_000;
}

interface NewProcess {
  readonly id: string;
  readonly pid: number;
  readonly parent: string | null;
  readonly step: CiStep;
  readonly random: Random;
}

function toStart({ id, pid, parent, step, random }: NewProcess): Deed {
  const [executable, ...args] = random.pick(PROGRAMS);
  return {
    kind: "process-started",
    process: id,
    parent,
    pid,
    executed: true,
    executable,
    args: [executable, ...args],
    argsTruncated: false,
    workingDirectory: WORK,
    userId: 1_001,
    groupId: 1_001,
    image: "file",
    step,
  };
}

function toConnection(process: string, random: Random, at: string): Deed {
  const [domain, ip] = random.pick(HOSTS);
  const isStrange = toShare(random) < 0.01;
  return {
    kind: "connection",
    process,
    network: { transport: "tcp", family: "ipv4" },
    destination: isStrange
      ? { ip: "203.0.113.66", port: 4_444, domain: "collect.evil.example" }
      : { ip, port: 443, domain },
    verdict: isStrange ? "blocked" : "allowed",
    rule: isStrange ? "default" : `${domain}:443`,
    results: isStrange ? {} : { established: 1 },
    bytesSent: 1_000,
    bytesReceived: 90_000,
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

function toQuery(process: string, random: Random, at: string): Deed {
  const [name, ip] = random.pick(HOSTS);
  return {
    kind: "dns-query",
    process,
    name,
    type: "A",
    verdict: "allowed",
    answers: [ip],
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

function toWrite(process: string, random: Random, at: string): Deed {
  return {
    kind: "file-written",
    process,
    path: `${WORK}/build/out-${random.below(2_000)}.o`,
    operation: random.pick(["create", "write", "rename", "delete"] as const),
    count: 1 + random.below(4),
    firstSeen: at,
    lastSeen: at,
  };
}

function toSecret(random: Random, at: string, step: CiStep): Deed {
  return {
    kind: "secret-found",
    rule: random.pick(["github-token", "aws-secret-access-key", "known-value"]),
    fingerprint: `${random.below(1_000_000_000).toString(16)}a7`,
    where: "output of the job",
    encodings: toShare(random) < 0.3 ? ["base64"] : [],
    confidence: "certain",
    line: 1 + random.below(900),
    source: "GITHUB_TOKEN",
    step,
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

function toFinding(index: number, process: string, at: string): Deed {
  return {
    kind: "finding",
    id: `f-${index}`,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity: index % 3 === 0 ? "critical" : "medium",
    technique: "T1059.004",
    process,
    message: "bash reads its commands from 203.0.113.66:4444 over a socket",
    evidence: {
      destination: "203.0.113.66:4444",
      descriptor: 0,
      workingDirectory: "/home/runner/work/app/app",
      args: ["bash", "-i"],
      step: "install",
      lineage: [
        { process: "900-1", executable: "/usr/bin/npm", args: ["npm", "ci"] },
        { process, executable: "/usr/bin/bash", args: ["bash", "-i"] },
      ],
      advice: "End the job, and take every secret that it had for stolen.",
    },
    response: index % 3 === 0 ? "kill-process" : "report",
    count: 1,
    firstSeen: at,
    lastSeen: at,
  };
}

function toPosture(): Deed {
  return {
    kind: "posture",
    score: 62,
    checks: [
      {
        id: "passwordless-sudo",
        severity: "high",
        status: "failed",
        message: "the job can become root without a password",
      },
      {
        id: "docker-socket",
        severity: "high",
        status: "passed",
        message: "no socket of a container engine is open to the job",
      },
      {
        id: "metadata-service",
        severity: "medium",
        status: "unknown",
        message: "whether the cloud's metadata service answers could not be found out",
      },
    ],
  };
}
