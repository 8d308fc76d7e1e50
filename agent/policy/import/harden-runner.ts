/** The inputs of step-security/harden-runner, by its action.yml of version 2.20. */
import { toDestinations } from "./destinations.ts";
import type { PolicyDraft } from "./policy-draft.ts";
import type { AddRemark } from "./remark.ts";
import { readStepInputs, remarkUnknown, type StepPlace } from "./step-inputs.ts";

const TAKEN_OVER = [
  "egress-policy",
  "allowed-endpoints",
  "disable-sudo",
  "disable-sudo-and-containers",
  "disable-file-monitoring",
];

/** Inputs without a part in a policy, and why. */
const WITHOUT_MEANING: ReadonlyMap<string, string> = new Map([
  ["token", "has no meaning here: nothing is downloaded"],
  ["disable-telemetry", "has no meaning here: nothing is sent but to a collector of your own"],
  ["deploy-on-self-hosted-vm", "has no meaning here: docs/getting-started/vm.md tells how"],
]);
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    "policy",
    "names a policy that StepSecurity keeps, which this file does not tell: begin with audit",
  ],
  [
    "use-policy-store",
    "takes the policy from StepSecurity, and this file does not tell it: begin with audit",
  ],
  ["api-key", "is for StepSecurity's policy store, and is not taken over"],
  ["exempt-files", "has no counterpart: the rule source-overwrite is on for all files or off"],
]);
const INPUTS = [...TAKEN_OVER, ...WITHOUT_MEANING.keys(), ...ELSEWHERE.keys()];

export function readHardenRunner(place: StepPlace, add: AddRemark): PolicyDraft {
  const inputs = readStepInputs(place, add, (name) => INPUTS.includes(name));
  remarkUnknown(place, add, INPUTS);
  for (const [name, why] of WITHOUT_MEANING) if (inputs.has(name)) inputs.remark(name, why, false);
  const hasStore = inputs.flag("use-policy-store", false);
  for (const [name, why] of ELSEWHERE) {
    if (inputs.has(name) && (name !== "use-policy-store" || hasStore)) {
      inputs.remark(name, why, true);
    }
  }
  const isKeptElsewhere = inputs.has("policy") || hasStore;
  const containers = inputs.flag("disable-sudo-and-containers", false);
  // What is not known shall break no build: audit, and the remark says so.
  const chosen = inputs.choice("egress-policy", ["audit", "block"], {
    byDefault: "block",
    whereUnknown: "audit",
  });
  const mode = isKeptElsewhere ? "audit" : chosen;
  const { allow, leftOut } = toDestinations(
    inputs.words("allowed-endpoints"),
    (entry) => ({ entry }),
    add,
  );
  return {
    judgesEgress: mode === "block" || allow.length > 0,
    mode,
    dns: "allowed-names",
    allow,
    leftOut,
    lockdown: { sudo: inputs.flag("disable-sudo", false) || containers, containers },
    watchesFiles: !inputs.flag("disable-file-monitoring", false),
  };
}
