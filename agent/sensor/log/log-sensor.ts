/** Reads the job's log while it is written, so that a secret that is printed is told while the job runs. */
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";

import { toVisibleText } from "../../visible-text.ts";
import type { Sensor } from "../sensor.ts";
import { findRunners } from "./find-runner.ts";
import { toCanonicalPath } from "./held-directory.ts";
import { isFolder, type JobFolders } from "./job-folders.ts";
import { DEFAULT_LOG_BOUNDS, type LogBounds } from "./log-bounds.ts";
import { createLogFolder } from "./log-folder.ts";
import type { LogReading } from "./log-reading.ts";
import type { LogSource } from "./log-source.ts";
import { createLogStream } from "./log-stream.ts";
import { createLogText } from "./log-text.ts";
import { createLosses } from "./losses.ts";
import { createRunnerLogs } from "./runner-logs.ts";
import type { FoundInText } from "./searched-text.ts";

/** A path is one of a file, of a directory of logs (with a slash at its end where it does not exist yet), or of a runner's `_diag`. */
export type LogOrigin =
  | { readonly kind: "runner"; readonly runnerTemp: string | undefined }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "stream"; readonly stream: Readable };

export interface LogSensorOptions<Found extends FoundInText> extends Pick<
  LogReading<Found>,
  "open" | "mask"
> {
  readonly origins: readonly LogOrigin[];
  readonly onFound: LogReading<Found>["tell"];
  readonly bounds?: LogBounds;
  readonly folders: JobFolders;
}

export interface LogSensor extends Sensor {
  /** False: of what it was to look for nothing is there, as far as can be seen. */
  readonly hasOrigin: boolean;
  /** Reads to the end, and looks at what is begun as it is. For the last time. */
  end(): Promise<void>;
}

/** One read's; a runner writes 4 KiB at a time. */
const BUFFER_BYTES = 256 * 1024;
/** From a change in a directory to the look at it. */
const MIN_GAP_MS = 20;
/** A storm of changes in a large directory takes no more than this share of a processor. */
const MAX_SHARE = 0.1;
/** After the first of them a pipe has been looked at, too. */
const QUIET_TURNS = 3;
const MAX_RUNNERS = 4;
const SEARCH_MS = { beforeFound: 2_000, later: 10_000 };
const MAX_PATH_CHARACTERS = 200;

export function createLogSensor<Found extends FoundInText>(
  options: LogSensorOptions<Found>,
): LogSensor {
  const { bounds = DEFAULT_LOG_BOUNDS } = options;
  const losses = createLosses();
  let lines = 0;
  let stirred: NodeJS.Timeout | undefined;
  let lastTickMs = 0;
  let isEnded = false;

  const tick = (): number => {
    if (isEnded) return 0;
    const begunAt = performance.now();
    let total = 0;
    for (const source of sources) total += source.take(bounds.maxBytesPerTick / sources.length);
    lastTickMs = performance.now() - begunAt;
    return total;
  };
  const reading: LogReading<Found> = {
    ...options,
    bounds,
    losses,
    tell: options.onFound,
    buffer: Buffer.allocUnsafe(BUFFER_BYTES),
    onLines(count) {
      lines += count;
    },
    onStir() {
      stirred ??= setTimeout(() => {
        stirred = undefined;
        tick();
      }, toGapMs(lastTickMs)).unref();
    },
  };
  const sources = options.origins.map((origin) => createSource(origin, reading));
  tick();
  const timer = setInterval(tick, bounds.periodMs).unref();

  const catchUp = async (): Promise<void> => {
    const deadline = performance.now() + bounds.flushMs;
    let quietTurns = 0;
    // What was written before is there; what comes while this is read may go on for ever.
    while (quietTurns < QUIET_TURNS && performance.now() < deadline) {
      quietTurns = tick() > 0 ? 0 : quietTurns + 1;
      await new Promise(setImmediate);
    }
  };
  const end = async (): Promise<void> => {
    if (isEnded) return;
    await catchUp();
    if (isEnded) return;
    isEnded = true;
    clearInterval(timer);
    clearTimeout(stirred);
    const unread = sources.reduce((sum, source) => sum + source.unreadBytes(), 0);
    if (unread > 0) losses.add("unread", unread);
    for (const source of sources) source.end();
  };
  return {
    get hasOrigin() {
      return sources.some(({ isThere }) => isThere);
    },
    status() {
      const problems = sources.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
      const reasons = [...problems, ...losses.describe()];
      return {
        name: "log",
        status: toStatus(problems.length === sources.length, reasons.length > 0),
        ...(reasons.length > 0 && { reason: reasons.join("; ") }),
        eventsSeen: lines,
        eventsDropped: losses.count,
      };
    },
    flush: catchUp,
    end,
    [Symbol.asyncDispose]: end,
  };
}

function toGapMs(tickMs: number): number {
  return Math.max(MIN_GAP_MS, tickMs / MAX_SHARE);
}

function toStatus(isBlind: boolean, isImpaired: boolean) {
  if (isBlind) return "unavailable";
  return isImpaired ? "degraded" : "active";
}

function createSource<Found extends FoundInText>(
  origin: LogOrigin,
  reading: LogReading<Found>,
): LogSource {
  if (origin.kind === "path") return createPathSource(origin.path, reading);
  if (origin.kind === "stream") {
    const text = createLogText({
      ...reading,
      describe: () => ({ where: "standard input", step: undefined }),
    });
    return createLogStream(origin.stream, text);
  }
  const { folders } = reading;
  return createRunnerLogs({
    ...reading,
    find: () => findRunners({ proc: "/proc", runnerTemp: origin.runnerTemp, folders }),
    absence: "no runner of GitHub's is to be seen: name the log with --job-log",
    maxRunners: MAX_RUNNERS,
    searchMs: SEARCH_MS,
  });
}

function createPathSource<Found extends FoundInText>(
  given: string,
  reading: LogReading<Found>,
): LogSource {
  const { folders } = reading;
  const path = toCanonicalPath(folders, given);
  if (basename(path) === "_diag") {
    return createRunnerLogs({
      ...reading,
      find: () => [path],
      absence: `${path} does not exist yet`,
      maxRunners: 1,
      searchMs: { beforeFound: 0, later: SEARCH_MS.later },
    });
  }
  const isDirectory = given.endsWith("/") || isFolder(folders, path);
  const directory = isDirectory ? path : dirname(path);
  return createLogFolder({
    ...reading,
    path: directory,
    only: isDirectory ? undefined : basename(path),
    openText: (name) =>
      createLogText({
        ...reading,
        describe: () => ({
          where: `log ${toVisibleText(`${directory}/${name}`, MAX_PATH_CHARACTERS)}`,
          step: undefined,
        }),
      }),
  });
}
