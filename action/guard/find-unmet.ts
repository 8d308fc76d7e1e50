/** What is asked for, by inputs and a policy file, and no request to a guard that is there can bring about. */
import type { LockdownPolicy, Policy } from "../../protocol/index.ts";
import { DEFAULT_KILLS_PER_MINUTE } from "../../protocol/kill-limit.ts";
import { DEFAULT_PROTECTED_FILES } from "../../protocol/protected-files.ts";
import { DEFAULT_SECRET_VARIABLES } from "../../protocol/secret-variables.ts";
import type { Inputs } from "../inputs/read-inputs.ts";
import type { RunningGuard } from "./find-guard.ts";

interface Asked {
  readonly guard: RunningGuard;
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
}

/** A sentence each. */
export function findUnmet({ guard: { state }, inputs, base }: Asked): string[] {
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
  const settings = {
    rules: Object.keys(rules).length > 0,
    responses:
      responses["never-kill"].length > 0 ||
      responses["max-kills-per-minute"] !== DEFAULT_KILLS_PER_MINUTE,
    files: hasOthers(files.protect, DEFAULT_PROTECTED_FILES),
    secrets: hasOthers(secrets.environment, DEFAULT_SECRET_VARIABLES),
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

function hasOthers(own: readonly string[], known: readonly string[]): boolean {
  return own.some((one) => !known.includes(one));
}
