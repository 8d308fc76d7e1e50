/** What `watch` takes besides. */
import type { OptionTable } from "./option-table.ts";
import { integerWithin, listOfSome, oneOf, path } from "./option-values.ts";
import { createReader, type GivenOptions } from "./read-options.ts";

export interface WatchOnly {
  /** Undefined: by where the guard runs. */
  readonly scope: "pod" | "host" | undefined;
  /** Undefined: by who runs the guard. */
  readonly stateDir: string | undefined;
  readonly builtIn: "auto" | "none";
  /** Paths, `-` for standard input, `auto`; empty: none. */
  readonly jobLog: readonly string[];
  /** A process of somebody else's; undefined: until a signal comes. */
  readonly untilExit: number | undefined;
}

/** A log for each of some services beside the job's. */
const MAX_LOGS = 8;
/** PID_MAX_LIMIT, include/linux/threads.h. */
const PID = { min: 1, max: 4_194_304 };

export const WATCH_OPTIONS: OptionTable<WatchOnly> = {
  scope: {
    description:
      "Watch pod: the guard's own pid namespace and those below it, or host: everything. Default: pod inside a container, else host.",
    placeholder: "<scope>",
    ...oneOf(["pod", "host"]),
  },
  stateDir: {
    description:
      "Directory for the control socket and the file ready. Default: /run/runner-guard; without root one of the user's own.",
    placeholder: "<dir>",
    ...path("directory"),
  },
  builtIn: {
    description:
      "auto allows what the CI system's own runner cannot do without, under GitHub Actions; none allows only what policy lists. Default: auto.",
    placeholder: "<sets>",
    ...oneOf(["auto", "none"]),
  },
  jobLog: {
    description:
      "Look for secrets in the job's log: a file, a directory of logs, - for standard input, auto for that of GitHub's runner, or none; comma between several. Default: auto.",
    placeholder: "<list>",
    ...listOfSome({ max: MAX_LOGS, isOne: isLog, expects: "auto, - and paths", none: "none" }),
  },
  untilExit: {
    description:
      "End, as at SIGTERM, when the process with this number has ended too: that of the job, of which the guard is to leave nothing on the machine. Default: a signal alone ends it.",
    placeholder: "<pid>",
    ...integerWithin(PID),
  },
};

export function readWatchOptions(given: GivenOptions): WatchOnly {
  const read = createReader(WATCH_OPTIONS, given);
  return {
    scope: read("scope"),
    stateDir: read("stateDir"),
    builtIn: read("builtIn") ?? "auto",
    jobLog: read("jobLog") ?? ["auto"],
    untilExit: read("untilExit"),
  };
}

function isLog(text: string): boolean {
  return text !== "" && text !== "none" && !text.includes("\0");
}
