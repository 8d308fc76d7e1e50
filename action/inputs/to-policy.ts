import type { EnforcementMode, FailOn, Policy } from "../../protocol/index.ts";
import type { Inputs } from "./read-inputs.ts";

/** As a policy file of the guard's has it; what it leaves out is as the guard has it of itself. */
export interface PolicyText {
  readonly version: 1;
  readonly [section: string]: unknown;
}

/** harden-runner's, where nothing is said. */
const DEFAULT_MODE: EnforcementMode = "block";
/** Both are told of files that a job changes. */
const FILE_RULES = ["source-overwrite"];

export function toMode({ mode }: Pick<Inputs, "mode">, base: Policy | undefined): EnforcementMode {
  return mode ?? base?.egress?.mode ?? DEFAULT_MODE;
}

export function toFailOn({ failOn }: Pick<Inputs, "failOn">, base: Policy | undefined): FailOn[] {
  return [...new Set([...failOn, ...(base?.["fail-on"] ?? [])])];
}

/** What the inputs say, over what a policy file says. Inputs add destinations, and take away watching only where they name it. */
export function toPolicy(inputs: Inputs, base: Policy | undefined): PolicyText {
  const egress = toEgress(inputs, base);
  const off = inputs.watchesFiles ? [] : FILE_RULES.map((id) => [id, "off"] as const);
  const killing = inputs.killing.map((id) => [id, toKilling(base, id)] as const);
  return {
    ...base,
    version: 1,
    ...(egress && { egress }),
    ...(!inputs.watchesFiles && { files: { protect: [] } }),
    rules: { ...base?.rules, ...Object.fromEntries([...off, ...killing]) },
    lockdown: {
      sudo: inputs.disableSudo || base?.lockdown.sudo === true,
      containers: inputs.disableContainers || base?.lockdown.containers === true,
    },
    "fail-on": toFailOn(inputs, base),
  };
}

/** In audit mode without any list nothing is held against a list: everything would be a violation. */
function toEgress(inputs: Inputs, base: Policy | undefined): object | undefined {
  const mode = toMode(inputs, base);
  if (mode === "audit" && inputs.endpoints.length === 0 && base?.egress === undefined) {
    return undefined;
  }
  const allow = [...new Set([...(base?.egress?.allow ?? []), ...inputs.endpoints])];
  return { ...base?.egress, mode, allow };
}

function toKilling(base: Policy | undefined, id: string): object {
  const setting = base?.rules[id];
  const before = typeof setting === "object" ? setting : {};
  return { ...before, response: "kill-job" };
}
