import { parseJson } from "../../agent/parse-json.ts";
import { isRecord, isTexts } from "./records.ts";

/** What `pre` asks of the program that starts the guard. It comes by a pipe, since it holds secrets. */
export interface StartRequest {
  /** As in a policy file. */
  readonly policy: unknown;
  /** Of `watch`, without those that the starter knows itself. */
  readonly flags: readonly string[];
  /** All that the guard gets of the job's variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** For `--secrets-file`; empty: there are none. */
  readonly secrets: string;
  /** Of the job's worker, with whose end the guard ends. */
  readonly until: number | null;
}

export type Started =
  | { readonly status: "ready"; readonly ready: unknown; readonly log: readonly string[] }
  | { readonly status: "failed"; readonly reason: string; readonly log: readonly string[] };

export function parseStartRequest(text: string): StartRequest | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { policy, flags, environment, secrets, until } = value;
  const isWhole =
    isTexts(flags) &&
    isRecord(environment) &&
    Object.values(environment).every((one) => typeof one === "string") &&
    typeof secrets === "string" &&
    (until === null || typeof until === "number");
  if (!isWhole) return undefined;
  const variables = Object.entries(environment).map(([name, one]) => [name, String(one)] as const);
  return { policy, flags, environment: Object.fromEntries(variables), secrets, until };
}

export function parseStarted(text: string): Started | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || !isTexts(value["log"])) return undefined;
  const { status, log, reason, ready } = value;
  if (status === "ready") return { status, ready, log };
  return status === "failed" && typeof reason === "string" ? { status, reason, log } : undefined;
}
