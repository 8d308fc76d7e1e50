/** Runs of a job as its guards send them, to a collector that runs. */
import {
  type CiContext,
  type EgressInForce,
  type GuardEvent,
  startRunResponseSchema,
} from "../../../protocol/index.ts";
import { ask, GuardClient, newClaim, startRequest } from "./guard-client.ts";

export interface PlayedJob {
  readonly url: string;
  readonly agentToken: string;
  readonly ci: CiContext;
  /** What its guards say of the policy they go by; absent: nothing, as those of before. */
  readonly egress?: EgressInForce | undefined;
}

/** An event without what all events have. */
export type Deed = GuardEvent extends infer Event
  ? Event extends GuardEvent
    ? Omit<Event, "seq" | "observedAt">
    : never
  : never;

export interface PlayedRun {
  readonly runId: string;
  /** One batch. */
  send(deeds: readonly Deed[]): Promise<void>;
  /** The guard says goodbye. */
  end(): Promise<void>;
  /** The same run, at a collector that was started again. */
  resumeAt(url: string): PlayedRun;
}

const STARTED_AT = Date.parse("2026-01-31T12:00:00Z");
const MS_BETWEEN = 10;
const SENSORS = [{ name: "kernel", status: "active", eventsSeen: 1, eventsDropped: 0 }] as const;

const STOPPED: Deed = {
  kind: "guard-stopped",
  runId: "guard",
  exitCode: 0,
  signal: null,
  sensors: [...SENSORS],
};

export async function beginRun({ url, agentToken, ci, egress }: PlayedJob): Promise<PlayedRun> {
  const body = JSON.stringify({ ...startRequest(newClaim()), ci });
  const reply = await ask(url, agentToken, "/v1/runs", body);
  const run = startRunResponseSchema.parse(reply.body);
  const played = toPlayed(GuardClient.goOn(url, agentToken, run), 0);
  await played.send([toStart(ci, egress)]);
  return played;
}

function toPlayed(guard: GuardClient, sentBefore: number): PlayedRun {
  const lastSent = (): number => Math.max(guard.lastSent(), sentBefore);
  const send = async (deeds: readonly Deed[]): Promise<void> => {
    const firstSeq = lastSent() + 1;
    const lines = deeds.map((deed, index) => toLine(firstSeq + index, deed));
    const { status, body: answer } = await guard.send({ firstSeq, lines });
    if (status !== 200) throw new Error(`the collector answered ${JSON.stringify(answer)}`);
  };
  return {
    runId: guard.run.runId,
    send,
    resumeAt: (url) => toPlayed(guard.resumeAt(url), lastSent()),
    async end() {
      await send([STOPPED]);
      const { status, body: answer } = await guard.finish(lastSent());
      if (status !== 200) throw new Error(`the collector answered ${JSON.stringify(answer)}`);
    },
  };
}

/** A whole one. */
export async function playRun(job: PlayedJob, deeds: readonly Deed[]): Promise<string> {
  const run = await beginRun(job);
  await run.send(deeds);
  await run.end();
  return run.runId;
}

/** All that the guard of such a run tells. */
export function toWholeRun(ci: CiContext, deeds: readonly Deed[]): readonly Deed[] {
  return [toStart(ci), ...deeds, STOPPED];
}

function toStart(ci: CiContext, egress?: EgressInForce): Deed {
  return {
    kind: "guard-started",
    runId: "guard",
    version: "0.1.0",
    command: ["make"],
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ...(egress !== undefined && { egress }),
    sensors: [...SENSORS],
    ci,
  };
}

/** What a guard says of a policy that allows these. */
export function tellsEgress(allow: readonly string[]): EgressInForce {
  return {
    unrestricted: false,
    allow: [...allow],
    deny: [],
    moreAllowed: 0,
    moreDenied: 0,
    dns: "allowed-names",
    sni: "off",
  };
}

function toLine(seq: number, deed: Deed): string {
  const observedAt = `${new Date(STARTED_AT + seq * MS_BETWEEN).toISOString().slice(0, -1)}000Z`;
  return JSON.stringify({ seq, observedAt, ...deed });
}

const SEEN = {
  count: 1,
  firstSeen: "2026-01-31T12:00:00.000001Z",
  lastSeen: "2026-01-31T12:00:00.900001Z",
};

export function startsProgram(process: string, parent: string | null, executable: string): Deed {
  return {
    kind: "process-started",
    process,
    parent,
    pid: 4_711,
    executed: true,
    executable,
    args: [executable],
    argsTruncated: false,
    workingDirectory: "/home/runner/work/app/app",
    userId: 1_001,
    groupId: 1_001,
    image: "file",
  };
}

export function connects(process: string, domain: string, port = 443): Deed {
  return {
    kind: "connection",
    process,
    network: { transport: "tcp", family: "ipv4" },
    destination: { ip: "198.51.100.7", port, domain },
    verdict: "allowed",
    rule: "default",
    results: { established: 1 },
    bytesSent: 2_000,
    bytesReceived: 90_000,
    ...SEEN,
  };
}

export function finds(id: string, severity: "medium" | "high", evidence: object = {}): Deed {
  return {
    kind: "finding",
    id,
    rule: { id: "reverse-shell", name: "Reverse shell" },
    severity,
    process: null,
    message: "a shell talks to a socket",
    evidence: { ...evidence },
    response: "report",
    ...SEEN,
  };
}
