/**
 * Has the kernel begin before the command line is read, and what reads it is loaded: nobody asks for another sensor or scope, or hardly
 * anybody, and whoever does gets what was asked for.
 */
import type { ExpectedKernelSensor } from "../../sensor/expect-kernel-sensor.ts";
import { expectSensor } from "./expect-sensor.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const OTHER_FLAG = /^(?:--sensor|--scope|--help|-h)(?:=|$)/;
const OTHER_VARIABLES = ["RUNNER_GUARD_SENSOR", "RUNNER_GUARD_SCOPE"];

/** Of `watch`. To be disposed of in any case. */
export function expectUsualSensor(
  flags: readonly string[],
  environment: Environment,
): ExpectedKernelSensor | undefined {
  return isUsual(flags, environment)
    ? expectSensor({ sensor: "auto", scope: undefined })
    : undefined;
}

export function isUsual(flags: readonly string[], environment: Environment): boolean {
  return (
    !flags.some((flag) => OTHER_FLAG.test(flag)) &&
    OTHER_VARIABLES.every((name) => environment[name] === undefined)
  );
}
