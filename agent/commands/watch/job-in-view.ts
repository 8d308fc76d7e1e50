/** Which CI job it is that a guard sees, where the guard's own environment does not say. */
import type { CiContext } from "../../../protocol/index.ts";
import { createRequestRate } from "../../control/request-rate.ts";
import { CONTEXT_VARIABLES, toCiContext } from "../../process/ci-context.ts";
import { readFile } from "../../sensor/proc/proc-file.ts";
import { toEntries } from "../guarding/secret-values.ts";
import { splitAtNul } from "./split-at-nul.ts";

export interface JobInView {
  /** A job, or a step of one, begins with this process. */
  note(pid: number): void;
  /** Any process runs a program: where the one that a job began with was gone too soon, one that came from it has to do. */
  noteOther(pid: number): void;
  /** The job that was seen last, or the guard's own. */
  readonly ci: CiContext | null;
}

/** Twice what a CI system's variables and a long PATH take; an environment may have 2 MiB. */
const MAX_BYTES = 262_144;
/** Steps begin one after the other; what begins faster is of the same job. */
const RATE = { burst: 50, perSecond: 10 };

/** A guard whose own variables name a run is that run's alone. */
export function createJobInView(own: CiContext | null, procRoot = "/proc"): JobInView {
  const rate = createRequestRate(RATE);
  let seen: CiContext | null = null;
  let isMissed = false;
  const read = (pid: number): void => {
    if (own?.runId !== undefined || !rate.take(performance.now())) return;
    const environment = readFile(`${procRoot}/${pid}/environ`, Buffer.alloc(MAX_BYTES));
    const ci = environment.status === "read" ? toContext(environment.bytes) : null;
    isMissed = ci === null;
    seen = ci ?? seen;
  };
  return {
    get ci() {
      return seen ?? own;
    },
    note: read,
    noteOther(pid) {
      if (isMissed) read(pid);
    },
  };
}

function toContext(bytes: Uint8Array): CiContext | null {
  const known = toEntries(splitAtNul(bytes)).filter(([name]) => CONTEXT_VARIABLES.has(name));
  return toCiContext(
    Object.fromEntries(known.map(([name, value]) => [name, Buffer.from(value).toString()])),
  );
}
