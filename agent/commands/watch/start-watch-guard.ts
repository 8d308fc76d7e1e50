/** Brings the guard of a pod or a machine into force, or refuses to. */
import type {
  BuiltInSet,
  CiContext,
  FailOn,
  GuardEvent,
  Lockdown,
  Policy,
} from "../../../protocol/index.ts";
import type { WatchConfig } from "../../config.ts";
import { createBuiltInSets } from "../../egress/built-in-sets.ts";
import type { GithubServer } from "../../egress/github-actions-required.ts";
import { describeLockedOutHosts } from "../../egress/locked-out-hosts.ts";
import { describeUnresolvedHosts } from "../../egress/unresolved-hosts.ts";
import { beginGuard } from "../../guard/begin-guard.ts";
import type { Guard } from "../../guard/guard.ts";
import { toJobPlace } from "../../process/job-place.ts";
import type { Redaction } from "../../redact/redaction.ts";
import type { ExpectedKernelSensor } from "../../sensor/expect-kernel-sensor.ts";
import { assertLockdown, toAskedLockdown } from "../guarding/asked-lockdown.ts";
import { toIncidentDirectory } from "../guarding/incident-directory.ts";
import { reviewRegularly } from "../guarding/lockdown-review.ts";
import { toOwnPlaces } from "../guarding/own-places.ts";
import { toPosturePlaces } from "../guarding/posture-places.ts";
import { readPolicy } from "../guarding/read-policy.ts";
import { createRunId } from "../guarding/run-id.ts";
import { addSecretValues, toEntries, toSecretPatterns } from "../guarding/secret-values.ts";
import { assertStrength, toFailOn, toRequestedMode } from "../run/strength.ts";
import { createEnvironmentValues, type EnvironmentValues } from "./environment-values.ts";
import { createJobInView, type JobInView } from "./job-in-view.ts";
import { lockForWatch } from "./watch-lockdown.ts";
import { toWatchScope } from "./watch-scope.ts";

export interface WatchGuardOptions {
  readonly config: WatchConfig;
  readonly version: string;
  readonly ci: CiContext | null;
  readonly github: GithubServer;
  readonly workingDirectory: string;
  readonly stateDirectory: string;
  readonly redaction: Redaction;
  /** Of this scope; undefined with the sensor `proc`. */
  readonly kernel: ExpectedKernelSensor | undefined;
  /** Takes each event, redacted, in order. */
  readonly sendEvent: ((event: GuardEvent) => void) | undefined;
  /** The guard's own, `NAME=value` each. */
  readonly environment: readonly Uint8Array[];
  readonly warn: (message: string) => void;
}

export interface WatchGuard extends AsyncDisposable {
  readonly guard: Guard;
  readonly runId: string;
  readonly scope: "pod" | "host";
  readonly failOn: readonly FailOn[];
  /** Undefined: nothing is to be taken from the job. */
  readonly lockdown: (() => Lockdown) | undefined;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  /** What of the secrets that processes were started with is not known, or not masked. */
  readonly environments: Pick<EnvironmentValues, "notRead" | "notMasked">;
  readonly job: Pick<JobInView, "ci">;
}

/** In force when this returns. Throws AgentError where it would be weaker than what was asked for. */
export async function startWatchGuard(options: WatchGuardOptions): Promise<WatchGuard> {
  const { config, version, ci, workingDirectory, redaction, warn } = options;
  const policy = await readPolicy(config.policy, warn);
  const environment = toEntries(options.environment);
  await addSecretValues(redaction, { policy, environment, secretsFile: config.secretsFile, warn });
  const scope = toWatchScope(config.scope);
  const runId = createRunId();
  const environments = createEnvironmentValues({ redaction, patterns: toSecretPatterns(policy) });
  const parts = {
    choice: config.sensor,
    scope,
    runId,
    policy,
    requestedMode: toRequestedMode(config, policy),
    enforcement: config.enforcement,
    resolvers: config.resolver,
    builtIn: chooseBuiltIn(options, policy),
    kernel: options.kernel,
  };
  await using stack = new AsyncDisposableStack();
  const lockdown = await lockForWatch(toAskedLockdown(config, policy), warn);
  if (lockdown) stack.use(lockdown);
  const begun = stack.use(beginGuard(parts));
  const place = toJobPlace(environment);
  const job = createJobInView(ci);
  const { createGuard } = await import("../../guard/create-guard.ts");
  const guard = await createGuard({
    ...parts,
    begun,
    samplePeriodMs: config.samplePeriodMs,
    version,
    command: [],
    workingDirectory,
    ...place,
    ownPlaces: toOwnPlaces({
      config,
      stateDirectory: options.stateDirectory,
      workspace: place.workspace ?? workingDirectory,
    }),
    incidentDirectory: toIncidentDirectory(config),
    lockdown: lockdown && (() => lockdown.state()),
    posture: toPosturePlaces(environment, workingDirectory),
    ci,
    redaction,
    sendEvent: options.sendEvent,
    onExec(pid) {
      environments.read(pid);
      job.noteOther(pid);
    },
    onJob: (pid) => job.note(pid),
  });
  stack.use(guard);
  assertStrength(guard, config, { policy, warn });
  if (lockdown) assertLockdown(lockdown.state(), config, { policy, warn });
  if (lockdown) stack.use(reviewRegularly(lockdown, (message) => guard.noteTampering(message)));
  // Not waited for: a resolver may take its time, and the guard is in force without it.
  void warnOfMissingHosts(guard, warn);
  const all = stack.move();
  return {
    guard,
    runId,
    scope: scope.type,
    failOn: toFailOn(config, policy) ?? [],
    startedAt: Date.now() * 1000,
    lockdown: lockdown && (() => lockdown.state()),
    environments,
    job,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

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

async function warnOfMissingHosts(guard: Guard, warn: (message: string) => void): Promise<void> {
  const warning = describeUnresolvedHosts(await guard.findMissingHosts());
  if (warning !== undefined) warn(`warning: ${warning}`);
}
