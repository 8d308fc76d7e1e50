/** The kernel sensor with all that it is to tell of. */
import { findCgroupRoot } from "../privilege/cgroup-root.ts";
import { WATCHED_ENVIRONMENT } from "../process/watched-environment.ts";
import { CREDENTIAL_FILES } from "../rules/data/credential-files.ts";
import { READ_FILES } from "../rules/data/read-files.ts";
import {
  type ExpectedKernelSensor,
  expectKernelSensor,
  type KernelConfinement,
} from "../sensor/expect-kernel-sensor.ts";
import type { Scope } from "../sensor/sensor.ts";

export interface ExpectedKernel {
  readonly scope: Scope;
  /** What the job will be held to, unless something fails from now on. */
  readonly confinement: KernelConfinement;
}

export function expectKernel({ scope, confinement }: ExpectedKernel): ExpectedKernelSensor {
  const { guardedCgroup, refuses, refusesPacketSockets, kills } = confinement;
  return expectKernelSensor({
    scope,
    guardedCgroup,
    refuses,
    refusesPacketSockets,
    ...(kills && { kills }),
    watchedEnvironment: WATCHED_ENVIRONMENT,
    watchedFiles: [...CREDENTIAL_FILES, ...READ_FILES],
    cgroupRoot: findCgroupRoot(),
  });
}
