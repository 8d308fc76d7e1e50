/** Whether a program lies where programs are installed. */
import { HIDDEN_INSTALL_PLACES, HIDDEN_PROJECT_PLACES } from "../data/install-places.ts";
import type { RunFacts } from "./run-facts.ts";
import { isInTemporaryPlace } from "./unproven.ts";

/** A temporary directory, or a hidden place that no installer uses. The checkout may lie in a temporary directory itself. */
export function isOutOfPlace(path: string, { place }: Pick<RunFacts, "place">): boolean {
  if (isInTemporaryPlace(path) && !path.startsWith(`${place.workspace}/`)) return true;
  return isHiddenAway(path, place.workspace);
}

function isHiddenAway(path: string, workspace: string): boolean {
  const from = path.startsWith(`${workspace}/`) ? workspace.length : 0;
  for (let at = path.indexOf("/.", from); at !== -1; at = path.indexOf("/.", at + 1)) {
    if (!isKnown(path.slice(at + 1))) return true;
  }
  return false;
}

/** `.cache/uv/…` by its first part or its first two. */
function isKnown(rest: string): boolean {
  const first = rest.indexOf("/");
  if (first === -1) return false;
  const name = rest.slice(0, first);
  if (HIDDEN_INSTALL_PLACES.has(name) || HIDDEN_PROJECT_PLACES.has(name)) return true;
  const second = rest.indexOf("/", first + 1);
  return second !== -1 && HIDDEN_INSTALL_PLACES.has(rest.slice(0, second));
}
