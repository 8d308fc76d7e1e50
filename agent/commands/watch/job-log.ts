/** Looks for secrets in the job's log, where it is to be had, and tells the guard of them. */
import type { CiContext, SensorStatus } from "../../../protocol/index.ts";
import { createLocalFiles } from "../../files/local-files.ts";
import type { Guard } from "../../guard/guard.ts";
import type { Found } from "../../redact/found.ts";
import type { LogOrigin, LogSensor } from "../../sensor/log/log-sensor.ts";

export interface JobLogOptions {
  /** Paths, `-` for standard input, `auto`; none: no log is read. */
  readonly choice: readonly string[];
  readonly guard: Pick<Guard, "redaction" | "noteSecret">;
  readonly ci: Pick<CiContext, "provider"> | null;
  /** RUNNER_TEMP. */
  readonly runnerTemp: string | undefined;
}

export interface JobLog extends AsyncDisposable {
  /** None where nobody asked for a log and there is no runner whose log it could be. */
  statuses(): SensorStatus[];
  /** All that was written until now has been looked at when this returns. */
  flush(): Promise<void>;
  /** The same, for the last time. */
  end(): Promise<void>;
}

/** A value in the command that asks for it to be masked: that is how a job keeps it out of the log. */
const MASK_COMMAND = "masked-value";
const AUTO = "auto";
const STANDARD_INPUT = "-";

export async function startJobLog(options: JobLogOptions): Promise<JobLog> {
  const { choice, ci, guard } = options;
  // Other systems have no runner of GitHub's.
  const isForeign = ci !== null && ci.provider !== "github-actions";
  const wanted = choice.filter((one) => one !== AUTO || !isForeign);
  if (wanted.length === 0) return NO_LOG;
  const { createLogSensor } = await import("../../sensor/log/log-sensor.ts");
  const origins = await Promise.all(wanted.map((one) => toOrigin(one, options)));
  const sensor = createLogSensor<Found>({
    origins,
    folders: createLocalFiles(),
    open: (onFound) => guard.redaction.openStream({ emit: () => undefined, onFound, masks: true }),
    mask: (text) => guard.redaction.redactText(text),
    onFound(found, { where, at, step }) {
      if (found.rule === MASK_COMMAND) return;
      guard.noteSecret(found, { where, at, ...(step !== undefined && { step: { step } }) });
    },
  });
  const isAskedFor = ci?.provider === "github-actions" || wanted.some((one) => one !== AUTO);
  return toJobLog(sensor, isAskedFor);
}

const NO_LOG: JobLog = {
  statuses: () => [],
  flush: () => Promise.resolve(),
  end: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function toJobLog(sensor: LogSensor, isAskedFor: boolean): JobLog {
  return {
    statuses: () => (isAskedFor || sensor.hasOrigin ? [sensor.status()] : []),
    flush: () => sensor.flush(),
    end: () => sensor.end(),
    [Symbol.asyncDispose]: () => sensor[Symbol.asyncDispose](),
  };
}

async function toOrigin(text: string, { runnerTemp }: JobLogOptions): Promise<LogOrigin> {
  if (text === AUTO) return { kind: "runner", runnerTemp };
  if (text !== STANDARD_INPUT) return { kind: "path", path: text };
  const { openStandardInput } = await import("./open-standard-input.ts");
  return { kind: "stream", stream: openStandardInput() };
}
