/** Has the kernel check the sensor's programs while the guard gets ready in other ways, which takes as long. */
import type { KernelSensorResult } from "./kernel/kernel-sensor.ts";
import { type KernelSensorSettings, loadKernelSensor } from "./kernel/load-kernel-sensor.ts";
import type { Observer } from "./sensor.ts";

/** What a job is held to by the sensor. */
export type KernelConfinement = Pick<
  KernelSensorSettings,
  "guardedCgroup" | "refuses" | "refusesPacketSockets"
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
  const discard = async (): Promise<void> => {
    const loaded = await loading;
    if (!("unavailable" in loaded)) loaded[Symbol.dispose]();
  };
  return {
    get isChecking() {
      return isChecking;
    },
    async start(confinement, observe) {
      isStarted = true;
      const { startKernelSensor } = await import("./kernel/kernel-sensor.ts");
      const isAsExpected = areSame(confinement, settings);
      if (!isAsExpected) await discard();
      const loaded = await (isAsExpected
        ? loading
        : loadKernelSensor({ ...settings, ...confinement }));
      return "unavailable" in loaded ? loaded : startKernelSensor(loaded, observe);
    },
    async [Symbol.asyncDispose]() {
      // What it failed for is for whoever would have started it.
      if (!isStarted) await discard().catch(() => undefined);
    },
  };
}

function areSame(one: KernelConfinement, other: KernelConfinement): boolean {
  return (
    one.guardedCgroup?.path === other.guardedCgroup?.path &&
    one.refuses === other.refuses &&
    one.refusesPacketSockets === other.refusesPacketSockets
  );
}
