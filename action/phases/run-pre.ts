import { join } from "node:path";

import { askGuard } from "../../agent/control/control-client.ts";
import { toErrorText } from "../../agent/errors.ts";
import type { Policy } from "../../protocol/index.ts";
import type { RunningGuard } from "../guard/find-guard.ts";
import { joinGuard } from "../guard/join-guard.ts";
import { toState } from "../guard/noted-guard.ts";
import { findLastingGuard, toOwner } from "../guard/other-guard.ts";
import { ROOT_PLACES } from "../guard/places.ts";
import type { RootStarting } from "../guard/start-as-root.ts";
import { describeUnguarded } from "../guard/unguarded.ts";
import { findWeaknesses } from "../guard/weaknesses.ts";
import { InputError } from "../inputs/input-error.ts";
import { type Inputs, readInputs } from "../inputs/read-inputs.ts";
import { readPolicyFile } from "../inputs/read-policy-file.ts";
import { toSecretValues } from "../inputs/secret-values.ts";
import { toFailOn, toMode } from "../inputs/to-policy.ts";
import type { Step } from "../runner/step.ts";
import { toFirstUseLabel, toJoined, toUse, UNGUARDED_LABEL } from "./labels.ts";
import { toOwnPlaces } from "./search-places.ts";
import { type Outcome, startByRoot, startByUser } from "./start-guard.ts";
import { tellDegraded } from "./tell-degraded.ts";
import { isSaidAlready, tellLog } from "./tell-log.ts";

const FAILED = 1;
const NO_SECRETS =
  "the guard that is there was told no secrets, since anybody of the job may pass for it";
const FOREIGN = `no guard is running: it is for Linux, and this is ${process.platform}`;

interface Job {
  readonly step: Step;
  readonly phases: string;
  readonly root: RootStarting;
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
}

/** `phases`: where the programs of the phases lie; `root`: what starts the guard there. Returns the exit status. */
export async function runPre(step: Step, phases: string, root: RootStarting): Promise<number> {
  try {
    const inputs = readInputs(step.environment);
    for (const secret of [inputs.collector?.token ?? "", inputs.token]) step.mask(secret);
    for (const remark of inputs.remarks) step.say(remark);
    if (process.platform !== "linux") return tellDegraded(step, inputs, { degraded: [FOREIGN] });
    return await guardJob({ step, phases, root, inputs, base: await readBase(step, inputs) });
  } catch (error) {
    const problems = error instanceof InputError ? error.problems : [toErrorText(error)];
    for (const problem of problems) step.annotate("error", problem);
    return FAILED;
  }
}

async function readBase(step: Step, inputs: Inputs): Promise<Policy | undefined> {
  const { policyFile: path, token } = inputs;
  if (path === undefined) return undefined;
  const { policy, remarks } = await readPolicyFile({ path, token, environment: step.environment });
  for (const remark of remarks) step.say(remark);
  return policy;
}

async function guardJob(job: Job): Promise<number> {
  const { step, inputs, base } = job;
  const { environment } = step;
  warnOfEmptyList(job);
  const found = await findLastingGuard(ROOT_PLACES.state);
  const isThere = found.status === "running";
  // A guard that is there would take this for a theft: it reads the environment of each process.
  const unguarded = isThere ? undefined : describeUnguarded(environment["RUNNER_TRACKING_ID"]);
  const outcome = isThere ? await takePartIn(job, found) : await begin(job);
  tellLog(
    step,
    outcome.log.filter((line) => !isSaidAlready(line)),
  );
  if (outcome.refused !== undefined) {
    step.annotate("error", `The guard does not start: ${outcome.refused}`);
    return FAILED;
  }
  const { directory, isJoined = false } = outcome;
  step.setState({ ...toState({ directory, runId: outcome.state?.runId }), ...toJoined(isJoined) });
  await note(outcome, toFirstUseLabel(environment), toUse(environment));
  if (unguarded !== undefined) await note(outcome, UNGUARDED_LABEL, unguarded);
  const { state, degraded } = outcome;
  const failOn = toFailOn(inputs, base);
  return tellDegraded(step, { failOn }, { degraded, weaknesses: state && findWeaknesses(state) });
}

/** Whoever was first in the user's own place may be anybody of the job: root is asked for before that is looked at. */
async function begin(job: Job): Promise<Outcome> {
  const { inputs, base, phases, root } = job;
  const wanted = { inputs, base, environment: job.step.environment };
  const asRoot = await startByRoot(wanted, root);
  if (!("lacking" in asRoot)) return asRoot;
  const own = await findLastingGuard(toOwnPlaces().state);
  if (own.status !== "running") return startByUser(wanted, phases, asRoot);
  const joined = await takePartIn({ ...job, inputs: { ...inputs, secrets: "", token: "" } }, own);
  const kept = toSecretValues(inputs).length === 0 ? [] : [NO_SECRETS];
  return { ...joined, degraded: [asRoot.lacking, ...kept, ...joined.degraded] };
}

/** In the words of the inputs; the guard would speak of a policy. */
function warnOfEmptyList({ step, inputs, base }: Job): void {
  const listed = [...inputs.endpoints, ...(base?.egress?.allow ?? [])];
  if (toMode(inputs, base) === "audit" || listed.length > 0) return;
  step.annotate(
    "warning",
    "egress-policy is block, and allowed-endpoints is empty: the job reaches nothing but what the runner itself needs. List what it needs (host:port), or begin with egress-policy: audit, whose summary says what to list.",
  );
}

async function takePartIn({ step, inputs, base }: Job, guard: RunningGuard): Promise<Outcome> {
  const { directory, state } = guard;
  const owner = toOwner(guard);
  const { environment } = step;
  step.say(`There is a guard already (run ${state.runId}), which can be made stricter alone.`);
  const unmet = await joinGuard({ guard, inputs, base, environment });
  const degraded =
    owner === "another-job"
      ? ["the guard is another job's of this machine, and ends with that one", ...unmet]
      : unmet;
  return { directory, state, degraded, log: [], isJoined: owner === "this-job" };
}

/** A second use of the action is refused, and the first one's word stays. */
async function note({ directory }: Outcome, key: string, value: string): Promise<void> {
  await askGuard(join(directory, "control.sock"), { command: "label", key, value });
}
