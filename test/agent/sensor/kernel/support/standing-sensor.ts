import { afterAll, beforeAll } from "vitest";

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
 * how it or its connections end. A test that asks for another sensor has one of its own.
 */
export function useStandingSensor(): (
  argv: readonly string[],
  options?: ObserveOptions,
) => Promise<ObservedCommand> {
  let watching: WatchingSensor;
  beforeAll(async () => {
    watching = await watch();
  });
  afterAll(() => watching[Symbol.asyncDispose]());
  return (argv, options = {}) =>
    observeCommand(argv, options.sensor === undefined ? { ...options, watching } : options);
}
