/** Makes a guard that is there stricter, as far as the inputs ask for it: nothing that is asked of a running guard can make it laxer. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { askGuard } from "../../agent/control/control-client.ts";
import type { ControlRequest, Tightening } from "../../agent/control/control-request.ts";
import { createGithubActionsRequired } from "../../agent/egress/github-actions-required.ts";
import type { LockdownPolicy, Policy } from "../../protocol/index.ts";
import { DEFAULT_KILLS_PER_MINUTE } from "../../protocol/kill-limit.ts";
import { DEFAULT_PROTECTED_FILES } from "../../protocol/protected-files.ts";
import { DEFAULT_SECRET_VARIABLES } from "../../protocol/secret-variables.ts";
import type { Inputs } from "../inputs/read-inputs.ts";
import { toSecretValues } from "../inputs/secret-values.ts";
import { toMode } from "../inputs/to-policy.ts";
import type { Environment } from "../runner/step.ts";
import type { RunningGuard } from "./find-guard.ts";

export interface Joining {
  readonly guard: RunningGuard;
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
  readonly environment: Environment;
}

/** Of one request, at the control socket. */
const MAX_ALLOW_ONLY = 500;
const MAX_DENY = 200;
/** A user may ask 20 times at once and 5 times a second. */
const PAUSE_MS = 250;
const MAX_PAUSES = 40;

/** Returns what was asked for and is not in force, a sentence each. */
export async function joinGuard(joining: Joining): Promise<string[]> {
  const { guard, inputs } = joining;
  const socket = join(guard.directory, "control.sock");
  const reasons: string[] = [];
  for (const tightening of [...toTightenings(joining), ...toNameTightenings(joining)]) {
    const refusal =
      (tightening.allowOnly?.length ?? 0) > MAX_ALLOW_ONLY
        ? `more than ${MAX_ALLOW_ONLY} destinations are listed`
        : await ask(socket, { command: "tighten", ...tightening });
    if (refusal !== undefined)
      reasons.push(`the guard that is there cannot be stricter: ${refusal}`);
  }
  let hidden = 0;
  const values = toSecretValues(inputs);
  for (const value of values) {
    const refusal = await ask(socket, { command: "mask", value });
    if (refusal === undefined || refusal.includes("is too")) hidden += 1;
  }
  if (hidden < values.length) {
    reasons.push(
      `${values.length - hidden} of ${values.length} secrets are not known to the guard that is there`,
    );
  }
  return [...new Set([...reasons, ...findUnmet(joining)])];
}

function toTightenings({ guard, inputs, base, environment }: Joining): Tightening[] {
  if (toMode(inputs, base) !== "block") return [];
  const { deny = [], allow = [] } = base?.egress ?? {};
  const listed = [...new Set([...allow, ...inputs.endpoints])];
  const github = createGithubActionsRequired({
    server: environment["GITHUB_SERVER_URL"],
    api: environment["GITHUB_API_URL"],
  });
  const isBlocking = guard.state.mode.effective === "block";
  const lists = Array.from({ length: Math.ceil(deny.length / MAX_DENY) }, (_, at) => ({
    deny: deny.slice(at * MAX_DENY, (at + 1) * MAX_DENY),
  }));
  if (isBlocking && listed.length === 0) return lists;
  return [
    ...lists,
    {
      deny: [],
      // Without a list of its own it keeps to what the guard has.
      ...(listed.length > 0 && { allowOnly: [...listed, ...github.destinations] }),
      ...(!isBlocking && { mode: "block" as const }),
    },
  ];
}

/** Each by itself: where names alone are judged server names are not, and one that is refused is not to take the other with it. */
function toNameTightenings({ inputs, base }: Joining): Tightening[] {
  if (toMode(inputs, base) !== "block") return [];
  const { dns, sni } = base?.egress ?? {};
  return [
    ...(dns === "allowed-names" ? [{ deny: [], dns }] : []),
    ...(sni === "verify" ? [{ deny: [], sni }] : []),
  ];
}

/** What no request can bring about. */
function findUnmet({ guard: { state }, inputs, base }: Joining): string[] {
  const { lockdown } = state;
  const isOpen = (what: "sudo" | "containers"): boolean => lockdown?.[what] !== "disabled";
  return [
    ...(inputs.disableSudo && isOpen("sudo")
      ? ["disable-sudo: the guard that is there leaves sudo to the job"]
      : []),
    ...(inputs.disableContainers && isOpen("containers")
      ? ["disable-sudo-and-containers: the guard that is there leaves containers to the job"]
      : []),
    ...(inputs.killing.length > 0
      ? ["lockdown: rules end what the policy of the guard that is there says"]
      : []),
    ...(inputs.collector === undefined
      ? []
      : ["collector-url: events go where the guard that is there sends them"]),
    ...(base === undefined ? [] : findUnmetOfFile(base, isOpen)),
  ];
}

/** `fail-on` is none of these: `post` judges by it. */
function findUnmetOfFile(
  { lockdown, rules, responses, files, secrets }: Policy,
  isOpen: (what: keyof LockdownPolicy) => boolean,
): string[] {
  const isElse = (own: readonly string[], known: readonly string[]): boolean =>
    own.some((one) => !known.includes(one));
  const settings = {
    rules: Object.keys(rules).length > 0,
    responses:
      responses["never-kill"].length > 0 ||
      responses["max-kills-per-minute"] !== DEFAULT_KILLS_PER_MINUTE,
    files: isElse(files.protect, DEFAULT_PROTECTED_FILES),
    secrets: isElse(secrets.environment, DEFAULT_SECRET_VARIABLES),
  };
  const unmet = Object.entries(settings).flatMap(([name, isSet]) => (isSet ? [name] : []));
  const { containers } = lockdown;
  // Whoever takes containers away takes sudo with them.
  const taken = { sudo: lockdown.sudo || containers, containers };
  const left = (["sudo", "containers"] as const).filter((what) => taken[what] && isOpen(what));
  return [
    ...left.map(
      (what) => `policy-file: lockdown.${what}: the guard that is there leaves ${what} to the job`,
    ),
    ...(unmet.length === 0
      ? []
      : [`policy-file: ${unmet.join(", ")}: what the guard that is there has of that is in force`]),
  ];
}

/** Undefined: it is done. */
async function ask(socket: string, request: ControlRequest): Promise<string | undefined> {
  for (let pause = 0; ; pause += 1) {
    const asked = await askGuard(socket, request);
    if (asked.status === "done") return undefined;
    const isBusy = asked.status === "refused" && asked.reason.includes("try again");
    if (!isBusy || pause >= MAX_PAUSES) return asked.reason;
    await wait(PAUSE_MS);
  }
}
