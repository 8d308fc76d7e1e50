/** Secrets that a job's own steps are given: taken from the environment of what they start, and nothing else is kept of it. */
import { createRequestRate, type RateBounds } from "../../control/request-rate.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { readFile } from "../../sensor/proc/proc-file.ts";
import { addEnvironmentValues, toEntries } from "../guarding/secret-values.ts";
import { splitAtNul } from "./split-at-nul.ts";

export interface EnvironmentValues {
  /** A process has started a program. */
  read(pid: number): void;
  /** Processes that started too fast to be looked at. */
  readonly notRead: number;
  /** Values that found no room among those that are masked: a job can fill it with variables of its own. */
  readonly notMasked: number;
}

export interface EnvironmentValuesOptions {
  readonly redaction: Pick<Redaction, "addValue">;
  readonly patterns: readonly string[];
  readonly procRoot?: string;
  readonly rate?: RateBounds;
}

/** Twice what a CI system's variables and a long PATH take; an environment may have 2 MiB. */
const MAX_BYTES = 262_144;
/** Some 50 µs each: 1 % of a core. What a build starts faster than that has its parents' variables, nearly always. */
const RATE: RateBounds = { burst: 400, perSecond: 200 };

export function createEnvironmentValues({
  redaction,
  patterns,
  procRoot = "/proc",
  rate: bounds = RATE,
}: EnvironmentValuesOptions): EnvironmentValues {
  const rate = createRequestRate(bounds);
  const scratch = Buffer.alloc(MAX_BYTES);
  let notRead = 0;
  let notMasked = 0;
  const addValue: Redaction["addValue"] = (value, source) => {
    const added = redaction.addValue(value, source, "observed");
    if (added === "too-many") notMasked += 1;
    return added;
  };
  return {
    get notRead() {
      return notRead;
    },
    get notMasked() {
      return notMasked;
    },
    read(pid) {
      if (!rate.take(performance.now())) {
        notRead += 1;
        return;
      }
      const read = readFile(`${procRoot}/${pid}/environ`, scratch);
      if (read.status !== "read") return;
      addEnvironmentValues({ addValue }, toEntries(splitAtNul(read.bytes)), patterns);
      // The values are the redaction's own by now.
      scratch.fill(0, 0, read.bytes.length);
    },
  };
}
