import { tmpdir } from "node:os";

import { type Places, ROOT_PLACES, toUserPlaces } from "../guard/places.ts";
import type { Environment } from "../runner/step.ts";

export function toOwnPlaces(environment: Environment): Places {
  return toUserPlaces(environment["RUNNER_TEMP"] || tmpdir(), process.getuid?.() ?? 0);
}

/** Root's first: nobody else can pass for a guard there. */
export function toSearchedPlaces(environment: Environment): string[] {
  return [ROOT_PLACES.state, toOwnPlaces(environment).state];
}
