import { RequestProblem } from "../errors.ts";
import type { Route } from "./route.ts";

export interface FoundRoute {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Throws `not-found` and `method-not-allowed`. */
export type FindRoute = (method: string, path: string) => FoundRoute;

export function createFindRoute(routes: readonly Route[]): FindRoute {
  const known = routes.map((route) => ({ route, wanted: route.path.split("/") }));
  return (method, path) => {
    const given = path.split("/");
    const allow: string[] = [];
    for (const { route, wanted } of known) {
      if (!isMatch(wanted, given)) continue;
      if (route.method === method) return { route, parameters: readParameters(wanted, given) };
      allow.push(route.method);
    }
    throw allow.length > 0
      ? new RequestProblem("method-not-allowed", `this path takes ${allow.join(", ")}`, { allow })
      : new RequestProblem("not-found", "there is no such path");
  };
}

function isMatch(wanted: readonly string[], given: readonly string[]): boolean {
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => part === given[index] || isParameter(part));
}

function readParameters(
  wanted: readonly string[],
  given: readonly string[],
): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (isParameter(part)) parameters[part.slice(1, -1)] = given[index] ?? "";
  }
  return parameters;
}

function isParameter(part: string): boolean {
  return part.startsWith("{");
}
