/** What the guard of a job is started with, as the inputs and the runner say. */
import type { Policy } from "../../protocol/index.ts";
import type { Inputs } from "../inputs/read-inputs.ts";
import { toPolicy } from "../inputs/to-policy.ts";
import type { Environment } from "../runner/step.ts";
import type { StartRequest } from "./start-request.ts";

/** Which job it is, and where it works. Nothing else of the job's reaches the guard: no setting, no token, nothing that the runner ends processes by. */
const HANDED_ON = [
  "GITHUB_ACTIONS",
  "GITHUB_ACTOR",
  "GITHUB_API_URL",
  "GITHUB_BASE_REF",
  "GITHUB_EVENT_NAME",
  "GITHUB_JOB",
  "GITHUB_REF",
  "GITHUB_REPOSITORY",
  "GITHUB_RUN_ATTEMPT",
  "GITHUB_RUN_ID",
  "GITHUB_SERVER_URL",
  "GITHUB_SHA",
  "GITHUB_WORKFLOW",
  "GITHUB_WORKSPACE",
  "RUNNER_ENVIRONMENT",
  "RUNNER_NAME",
  "RUNNER_TEMP",
  "RUNNER_WORKSPACE",
];
/** With which a job asks GitHub to vouch for it. */
const PROOF = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** A path; a workflow's name may be longer, and is cut by the guard. */
const MAX_CHARACTERS = 16_384;

export interface Wanted {
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
  readonly environment: Environment;
  readonly until: number | undefined;
}

export function toStartRequest({ inputs, base, environment, until }: Wanted): StartRequest {
  const { collector } = inputs;
  return {
    policy: toPolicy(inputs, base),
    flags: collector === undefined ? [] : toCollectorFlags(collector),
    environment: {
      PATH: SEARCH_PATH,
      ...pick(environment, HANDED_ON),
      ...(collector?.auth === "oidc" && pick(environment, PROOF)),
      ...(collector?.auth === "token" && { RUNNER_GUARD_COLLECTOR_TOKEN: collector.token }),
    },
    secrets: toSecrets(inputs),
    until: until ?? null,
  };
}

function toCollectorFlags({ url, auth }: NonNullable<Inputs["collector"]>): string[] {
  const way = auth === "oidc" ? "github-oidc" : "token";
  return ["--collector", url, "--collector-auth", way];
}

function pick(environment: Environment, names: readonly string[]): Record<string, string> {
  const entries = names.flatMap((name) => {
    const value = environment[name];
    const isGiven = value !== undefined && value !== "" && !value.includes("\0");
    return isGiven && value.length <= MAX_CHARACTERS ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** JSON stays as it is, so that values of several lines stay whole; the token is another value. */
function toSecrets({ secrets, token }: Inputs): string {
  if (token === "") return secrets;
  const parsed = parseRecord(secrets);
  if (parsed !== undefined) return JSON.stringify({ ...parsed, [TOKEN_NAME]: token });
  return secrets === "" ? JSON.stringify({ [TOKEN_NAME]: token }) : `${secrets}\n${token}`;
}

/** As reports name where the value is known from. */
const TOKEN_NAME = "token of the action";

function parseRecord(text: string): object | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
