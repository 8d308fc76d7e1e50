/** Brings the guard of a pod or a machine into force, or refuses to. */
import type {
  BuiltInSet,
  CiContext,
  Enforcement,
  FailOn,
  Mode,
  Policy,
  SensorStatus,
} from "../../../protocol/index.ts";
import { createGuard, type Guard } from "../../agent.ts";
import type { WatchConfig } from "../../config.ts";
import type { ControlAnswer } from "../../control/control-answer.ts";
import type { Tightening } from "../../control/control-request.ts";
import { createBuiltInSets } from "../../egress/built-in-sets.ts";
import type { GithubServer } from "../../egress/github-actions-required.ts";
import { describeLockedOutHosts } from "../../egress/locked-out-hosts.ts";
import { readPolicy } from "../guarding/read-policy.ts";
import { createRunId } from "../guarding/run-id.ts";
import { assertSensors, decideMode, findShortcomings } from "../run/strength.ts";
import { toWatchScope } from "./watch-scope.ts";

export interface WatchGuardOptions {
  readonly config: WatchConfig;
  readonly version: string;
  readonly ci: CiContext | null;
  readonly github: GithubServer;
  readonly workingDirectory: string;
  readonly warn: (message: string) => void;
}

export interface WatchGuard extends AsyncDisposable, Pick<Guard, "finish"> {
  readonly runId: string;
  readonly scope: "pod" | "host";
  readonly mode: Mode;
  readonly failOn: readonly FailOn[];
  readonly startedAt: number;
  enforcement(): Enforcement;
  statuses(): SensorStatus[];
  /** As `finish`, and the guard goes on. */
  report: Guard["finish"];
  tighten(tightening: Tightening): Promise<ControlAnswer>;
}

/** In force when this returns. Throws AgentError where it would be weaker than what was asked for. */
export async function startWatchGuard(options: WatchGuardOptions): Promise<WatchGuard> {
  const { config, version, ci, workingDirectory, warn } = options;
  const policy = await readPolicy(config.policy, warn);
  const builtIn = chooseBuiltIn(options, policy);
  const failOn = config.failOn ?? policy?.["fail-on"] ?? [];
  const mode = decideMode(config, policy, failOn);
  const scope = toWatchScope(config.scope);
  const runId = createRunId();
  const guard = createGuard({
    choice: config.sensor,
    samplePeriodMs: config.samplePeriodMs,
    scope,
    runId,
    policy,
    mode,
    version,
    command: [],
    workingDirectory,
    ci,
  });
  try {
    assertSensors(guard.statuses(), config, failOn);
  } catch (error) {
    await guard[Symbol.asyncDispose]();
    throw error;
  }
  for (const shortcoming of findShortcomings(guard.statuses(), config, { policy, failOn })) {
    warn(`warning: ${shortcoming}`);
  }
  return {
    runId,
    scope: scope.type,
    mode,
    failOn,
    startedAt: Date.now() * 1000,
    enforcement: () => ({ mechanism: "none", builtIn: [...builtIn] }),
    statuses: () => guard.statuses(),
    report: (job) => guard.finish(job),
    finish: (job) => guard.finish(job),
    tighten: () => Promise.resolve({ status: "refused", reason: NOTHING_TO_TIGHTEN }),
    [Symbol.asyncDispose]: () => guard[Symbol.asyncDispose](),
  };
}

const NOTHING_TO_TIGHTEN = "nothing stands between the job and the network that could be stricter";

function chooseBuiltIn(
  { config, ci, github, warn }: WatchGuardOptions,
  policy: Policy | null,
): readonly BuiltInSet[] {
  const needed = createBuiltInSets(ci?.provider, github);
  const inForce = config.builtIn === "none" ? [] : needed;
  const lockedOut = policy ? describeLockedOutHosts(policy, { needed, inForce }) : undefined;
  if (lockedOut !== undefined) warn(`warning: ${lockedOut}`);
  return inForce;
}
