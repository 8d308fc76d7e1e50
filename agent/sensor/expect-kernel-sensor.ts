/** Has the kernel check the sensor's programs while the guard gets ready in other ways, which takes as long. */
import { isDeepStrictEqual } from "node:util";

import type { KernelSensorResult } from "./kernel/kernel-sensor.ts";
import { NO_KILLS, toStops } from "./kernel/kills.ts";
import { type KernelSensorSettings, loadKernelSensor } from "./kernel/load-kernel-sensor.ts";
import type { Observer } from "./sensor.ts";

/** What a job is held to by the sensor. */
export type KernelConfinement = Pick<
  KernelSensorSettings,
  "guardedCgroup" | "refuses" | "refusesPacketSockets" | "kills"
>;

export interface ExpectedKernelSensor extends AsyncDisposable {
  /** The kernel is at work in another thread, and the guard has time. */
  readonly isChecking: boolean;
  /** To be called once. Where `confinement` is not what was expected, programs are loaded anew. */
  start(confinement: KernelConfinement, observe: Observer): Promise<KernelSensorResult>;
}

/** Does what it can in another thread until it is waited for. */
export function expectKernelSensor(settings: KernelSensorSettings): ExpectedKernelSensor {
  const loading = loadKernelSensor(settings);
  let isStarted = false;
  let isChecking = true;
  const settle = (): void => {
    isChecking = false;
  };
  // Who waits for it is told what it failed for.
  loading.then(settle, settle);
  let discarding: Promise<void> | undefined;
  const discard = (): Promise<void> => (discarding ??= discardOf(loading));
  return {
    get isChecking() {
      return isChecking;
    },
    async start(confinement, observe) {
      isStarted = true;
      const { startKernelSensor } = await import("./kernel/kernel-sensor.ts");
      const { guardedCgroup, refuses, refusesPacketSockets, kills = settings.kills } = confinement;
      const held = { guardedCgroup, refuses, refusesPacketSockets, ...(kills && { kills }) };
      const wanted = { ...settings, ...held };
      const isAsExpected = areSame(wanted, settings);
      if (!isAsExpected) await discard();
      const loaded = await (isAsExpected ? loading : loadKernelSensor(wanted));
      if ("unavailable" in loaded) return loaded;
      return startKernelSensor({ ...loaded, settings: wanted }, observe);
    },
    async [Symbol.asyncDispose]() {
      // What it failed for is for whoever would have started it.
      if (!isStarted) await discard().catch(() => undefined);
    },
  };
}

async function discardOf(loading: ReturnType<typeof loadKernelSensor>): Promise<void> {
  const loaded = await loading;
  if (!("unavailable" in loaded)) loaded[Symbol.dispose]();
}

/** Whom the programs end is written to their tables when they start; only of what kind that may be is a part of them. */
function areSame(one: KernelConfinement, other: KernelConfinement): boolean {
  return (
    isDeepStrictEqual(toStops(one.kills ?? NO_KILLS), toStops(other.kills ?? NO_KILLS)) &&
    one.guardedCgroup?.path === other.guardedCgroup?.path &&
    one.refuses === other.refuses &&
    one.refusesPacketSockets === other.refusesPacketSockets
  );
}
