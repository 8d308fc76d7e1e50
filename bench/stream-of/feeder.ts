/**
 * A guard's way to the collector, without the guard: tells events of its own making at a pace, and what became of them. Started with
 * one JSON argument; ends, with all sent, when its standard input does.
 */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { openStream } from "../../agent/commands/guarding/open-stream.ts";
import { parseCollectorAddress } from "../../agent/stream/transport/collector-address.ts";
import { makeFile } from "./make-file.ts";

export interface FeederOptions {
  readonly urls: readonly string[];
  readonly token: string;
  readonly spoolDirectory?: string;
  readonly maxBytes: number;
  readonly policy: "keep-oldest" | "keep-newest";
  /** Stands in each event. */
  readonly name: string;
  readonly eventsPerSecond: number;
  /** None after that many. */
  readonly events: number;
  readonly flushTimeoutMs: number;
  /** Its events are made, and go nowhere: what that costs is none of the stream's. */
  readonly isIdle?: boolean;
}

/** A line of standard output each 100 ms, and the last one when it ends. */
export interface Progress {
  readonly fed: number;
  readonly stored: number;
  readonly waiting: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
  readonly trouble?: string;
  /** Microseconds of all threads. */
  readonly cpu: number;
}

/** As often as the guard reads what the kernel tells. */
const TURN_MS = 10;
const TELL_EVERY_MS = 100;

const options: FeederOptions = JSON.parse(process.argv[2] ?? "{}");
let trouble: string | undefined;
let fed = 0;
const ending = new AbortController();
process.stdin.on("end", () => ending.abort()).resume();

const opened = openStream({
  ...options,
  spoolDirectory: options.spoolDirectory,
  target: {
    addresses: options.urls.map((url) => {
      const parsed = parseCollectorAddress(url, false);
      if ("problem" in parsed) throw new Error(parsed.problem);
      return parsed.address;
    }),
    openProof: () => () => options.token,
    authorities: undefined,
  },
  beginning: {
    guardRunId: `feeder-${options.name}`,
    version: "0.0.0",
    scope: "pod",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ci: null,
  },
  connect: (host, port) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => resolve(socket)).once("error", reject);
    }),
  onTrouble: (reason) => (trouble = reason),
  onTaken: () => undefined,
  onLetGo: (message) => (trouble = message),
  onLeft: (path, reason) => (trouble = `${path}: ${reason}`),
});
const { stream } = opened;
const telling = setInterval(tell, TELL_EVERY_MS);
await feed();
// A parent that was killed has let go of standard input, too.
while (!ending.signal.aborted) await wait(TURN_MS);
const { seq, observedAt } = makeFile(options.name, fed + 1);
stream.add({
  seq,
  observedAt,
  kind: "guard-stopped",
  runId: options.name,
  exitCode: 0,
  signal: null,
  sensors: [],
});
await stream.finish(options.flushTimeoutMs);
clearInterval(telling);
tell();
await opened[Symbol.asyncDispose]();

async function feed(): Promise<void> {
  const begun = performance.now();
  while (fed < options.events && !ending.signal.aborted) {
    const due = Math.min(
      options.events,
      Math.ceil(((performance.now() - begun) / 1_000) * options.eventsPerSecond),
    );
    for (; fed < due; fed += 1) {
      const event = makeFile(options.name, fed + 1);
      if (options.isIdle !== true) stream.add(event);
    }
    await wait(TURN_MS);
  }
}

function tell(): void {
  const { stored, waiting, dropped, isComplete } = stream.delivery();
  const { user, system } = process.cpuUsage();
  const progress: Progress = {
    fed,
    stored,
    waiting,
    dropped,
    isComplete,
    cpu: user + system,
    ...(trouble !== undefined && { trouble }),
  };
  process.stdout.write(`${JSON.stringify(progress)}\n`);
}
