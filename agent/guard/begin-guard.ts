/**
 * What of a guard takes time by itself: the kernel checks the sensor's programs in another thread. Whoever calls this has
 * time to load the rest.
 */
import type { EnforcementMode, Policy } from "../../protocol/index.ts";
import { type BeginEgressOptions, beginEgress, type BegunEgress } from "../egress/begin-egress.ts";
import { findCgroupRoot } from "../privilege/cgroup-root.ts";
import type { ExpectedKernelSensor } from "../sensor/expect-kernel-sensor.ts";
import type { Scope } from "../sensor/sensor.ts";
import { expectKernel } from "./expect-kernel.ts";
import { toKernelKills } from "./kernel-kills.ts";
import { toKnownBad } from "./known-bad.ts";

export interface BeginGuardOptions extends Pick<
  BeginEgressOptions,
  "resolvers" | "builtIn" | "runId"
> {
  /** Null: there is none, and everything is allowed. */
  readonly policy: Policy | null;
  /** Of sensors. */
  readonly choice: "auto" | "kernel" | "proc";
  readonly scope: Scope;
  readonly requestedMode: EnforcementMode;
  readonly enforcement: BeginEgressOptions["choice"];
  /** The kernel is at it already. */
  readonly kernel?: ExpectedKernelSensor | undefined;
}

/** To be disposed of in any case, after what was made of it. */
export interface BegunGuard extends AsyncDisposable {
  readonly cgroupRoot: string | null;
  readonly egress: BegunEgress;
  /** Undefined where samples of /proc were asked for. */
  readonly kernel: ExpectedKernelSensor | undefined;
}

export function beginGuard(options: BeginGuardOptions): BegunGuard {
  const { scope } = options;
  const cgroupRoot = findCgroupRoot();
  const egress = beginEgress({
    ...options,
    mode: options.requestedMode,
    choice: options.enforcement,
    scope: scope.type,
    cgroupRoot,
    knownBad: toKnownBad(options.policy?.rules ?? {}),
  });
  const confinement = { ...egress.confinement, kills: toKernelKills(options.policy) };
  const kernel =
    options.choice === "proc"
      ? undefined
      : (options.kernel ?? expectKernel({ scope, confinement }));
  return {
    cgroupRoot,
    egress,
    kernel,
    async [Symbol.asyncDispose]() {
      await kernel?.[Symbol.asyncDispose]();
      egress[Symbol.dispose]();
    },
  };
}
