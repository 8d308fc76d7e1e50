import { RequestProblem } from "../errors.ts";
import type { Route } from "./route.ts";

export interface FoundRoute {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Throws `not-found` and `method-not-allowed`. */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute {
  let isKnown = false;
  for (const route of routes) {
    const parameters = matchPath(route.path, path);
    if (parameters === undefined) continue;
    if (route.method === method) return { route, parameters };
    isKnown = true;
  }
  throw isKnown
    ? new RequestProblem("method-not-allowed", "this path does not take this method")
    : new RequestProblem("not-found", "there is no such path");
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) parameters[part.slice(1, -1)] = value;
    else if (part !== value) return undefined;
  }
  return parameters;
}
