import { afterAll, beforeAll } from "vitest";

import type { KernelSensorOptions } from "../../../../../agent/sensor/kernel/kernel-sensor.ts";
import {
  observeCommand,
  type ObservedCommand,
  type ObserveOptions,
  watch,
  type WatchingSensor,
} from "./observe-command.ts";

/**
 * For a `describe`: observes commands with one sensor for all of its tests, since to load the programs takes ten times as long
 * as such a command. Only for what is told before a command's output has ended: what it opens, executes or reaches into, not
 * how it or its connections end. A test that asks for another sensor has one of its own; with `sensor` all have another.
 */
export function useStandingSensor(
  sensor: Partial<KernelSensorOptions> = {},
): (argv: readonly string[], options?: ObserveOptions) => Promise<ObservedCommand> {
  let watching: WatchingSensor;
  beforeAll(async () => {
    watching = await watch(sensor);
  });
  afterAll(() => watching[Symbol.asyncDispose]());
  return (argv, options = {}) =>
    observeCommand(argv, options.sensor === undefined ? { ...options, watching } : options);
}
