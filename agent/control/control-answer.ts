import { parseJson } from "../parse-json.ts";

/** One line of JSON for each request. */
export type ControlAnswer =
  | { readonly status: "done"; readonly result?: unknown }
  | { readonly status: "refused"; readonly reason: string };

/** Undefined: it is no answer of a guard. */
export function parseControlAnswer(line: string): ControlAnswer | undefined {
  const value = parseJson(line);
  if (typeof value !== "object" || value === null || !("status" in value)) return undefined;
  if (value.status === "done") {
    return { status: "done", ...("result" in value ? { result: value.result } : {}) };
  }
  const isRefusal = value.status === "refused" && "reason" in value;
  return isRefusal && typeof value.reason === "string"
    ? { status: "refused", reason: value.reason }
    : undefined;
}
