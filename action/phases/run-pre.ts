import { toErrorText } from "../../agent/errors.ts";
import type { Policy } from "../../protocol/index.ts";
import { type FoundGuard, findGuard } from "../guard/find-guard.ts";
import { findWorker } from "../guard/find-worker.ts";
import { type GuardState, parseGuardState } from "../guard/guard-state.ts";
import { launch } from "../guard/launch.ts";
import { findRelease } from "../guard/release.ts";
import { startAsRoot } from "../guard/start-as-root.ts";
import type { Started, StartRequest } from "../guard/start-request.ts";
import { toStartRequest } from "../guard/watch-request.ts";
import { InputError } from "../inputs/input-error.ts";
import { type Inputs, readInputs } from "../inputs/read-inputs.ts";
import type { Step } from "../runner/step.ts";
import { toOwnPlaces, toSearchedPlaces } from "./search-places.ts";
import { tellLog } from "./tell-log.ts";

const FAILED = 1;

/** Returns the exit status. */
export async function runPre(step: Step, phases: string): Promise<number> {
  if (process.platform !== "linux") {
    step.annotate(
      "warning",
      `This job is not guarded: the guard is for Linux, and this is ${process.platform}.`,
    );
    step.setState({ degraded: `the guard is for Linux, and this is ${process.platform}` });
    return 0;
  }
  try {
    const inputs = readInputs(step.environment);
    hide(step, inputs);
    for (const remark of inputs.remarks) step.say(remark);
    return await guardJob({ step, phases, inputs, base: undefined });
  } catch (error) {
    const problems = error instanceof InputError ? error.problems : [toErrorText(error)];
    for (const problem of problems) step.annotate("error", problem);
    return FAILED;
  }
}

interface Job {
  readonly step: Step;
  readonly phases: string;
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
}

async function guardJob(job: Job): Promise<number> {
  const { step, inputs } = job;
  const found = await findGuard(toSearchedPlaces(step.environment));
  const result = found.status === "running" ? join(found) : await start(job);
  if (result.refused !== undefined) {
    step.annotate("error", result.refused);
    return FAILED;
  }
  const degraded = [...result.degraded, ...(result.state ? [] : ["no guard is running"])];
  for (const reason of degraded) step.annotate("warning", `The guard is degraded: ${reason}.`);
  step.setState({
    "run-id": result.state?.runId ?? "",
    degraded: degraded.join("\n"),
    "started-at": String(Date.now()),
  });
  return inputs.failOn.includes("degraded") && degraded.length > 0 ? FAILED : 0;
}

interface Outcome {
  readonly state: GuardState | undefined;
  readonly degraded: readonly string[];
  /** Why the job is not to begin. */
  readonly refused?: string;
}

function join({ state }: FoundGuard & { readonly status: "running" }): Outcome {
  return { state, degraded: [] };
}

async function start(job: Job): Promise<Outcome> {
  const { step, phases, inputs, base } = job;
  const worker = findWorker(process.pid);
  const request = toStartRequest({
    inputs,
    base,
    environment: step.environment,
    until: worker?.pid,
  });
  const asRoot = await startAsRoot(phases, request);
  if (asRoot.status !== "no-root" && !isOfMachine(asRoot)) return toOutcome(step, asRoot, []);
  const why = asRoot.reason;
  const reason = `it has the rights of the job alone, which can end it, and sees less: root is not to be had (${why})`;
  return toOutcome(step, await startAsUser(job, request), [reason]);
}

/** Nothing was started, for want of a place that can be written to. */
function isOfMachine(started: Started): started is Started & { readonly status: "failed" } {
  return started.status === "failed" && started.log.length === 0;
}

async function startAsUser({ step, phases }: Job, request: StartRequest): Promise<Started> {
  const release = findRelease(phases);
  try {
    return await launch({
      program: release.folder,
      node: process.execPath,
      places: toOwnPlaces(step.environment),
      request,
    });
  } catch (error) {
    return { status: "failed", reason: toErrorText(error), log: [] };
  }
}

function toOutcome(step: Step, started: Started, degraded: readonly string[]): Outcome {
  tellLog(step, started.log);
  if (started.status === "ready") return { state: parseGuardState(started.ready), degraded };
  if (started.status === "taken") return { state: undefined, degraded };
  if (started.log.length > 0)
    return {
      state: undefined,
      degraded,
      refused: `The guard refuses to start: ${started.log.at(-1) ?? started.reason}`,
    };
  return { state: undefined, degraded: [...degraded, started.reason] };
}

function hide(step: Step, { collector, token }: Inputs): void {
  for (const secret of [collector?.token ?? "", token]) if (secret !== "") step.mask(secret);
}
