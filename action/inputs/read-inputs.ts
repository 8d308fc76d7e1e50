/** All inputs of the action, or all that is wrong with them. */
import type { EnforcementMode, FailOn } from "../../protocol/index.ts";
import type { Environment } from "../runner/step.ts";
import { describeAccepted } from "./accepted-inputs.ts";
import { InputError } from "./input-error.ts";
import { createInputReader, type InputReader, quote } from "./input-reader.ts";
import { type CollectorInput, readCollector } from "./read-collector.ts";
import { readEndpoints } from "./read-endpoints.ts";
import { readKillingRules } from "./read-killing-rules.ts";

export interface Inputs {
  /** Undefined: as `policyFile` says, or block. */
  readonly mode: EnforcementMode | undefined;
  readonly endpoints: readonly string[];
  readonly policyFile: string | undefined;
  readonly disableSudo: boolean;
  readonly disableContainers: boolean;
  readonly watchesFiles: boolean;
  /** Rules that end the job. */
  readonly killing: readonly string[];
  readonly failOn: readonly FailOn[];
  readonly summary: "true" | "on-violation" | "false";
  readonly collector: CollectorInput | undefined;
  /** Where `post` leaves a copy of the report. */
  readonly reportCopy: string | undefined;
  /** As given: JSON, or a value a line. */
  readonly secrets: string;
  readonly token: string;
  /** What whoever wrote the workflow should know. */
  readonly remarks: readonly string[];
}

/** What can fail a job at its end. */
export const FAIL_ON: readonly FailOn[] = ["violation", "degraded", "finding-high"];

/** Throws InputError. */
export function readInputs(environment: Environment): Inputs {
  const reader = createInputReader(environment);
  const endpoints = readEndpoints(reader);
  const inputs: Inputs = {
    mode: reader.oneOf("egress-policy", ["audit", "block"]),
    endpoints: endpoints.allow,
    policyFile: reader.line("policy-file") || undefined,
    ...readLockdown(reader),
    watchesFiles: !reader.flag("disable-file-monitoring"),
    killing: readKillingRules(reader),
    failOn: readFailOn(reader),
    summary: reader.oneOf("summary", ["true", "on-violation", "false"]) ?? "true",
    collector: readCollector(reader),
    reportCopy: reader.line("report-artifact-path") || undefined,
    secrets: reader.text("secrets"),
    token: reader.secret("token"),
    remarks: [...endpoints.remarks, ...describeAccepted(reader), ...describeExempt(reader)],
  };
  if (reader.problems.length > 0) throw new InputError(reader.problems);
  return inputs;
}

function readLockdown(reader: InputReader): Pick<Inputs, "disableSudo" | "disableContainers"> {
  const disableContainers = reader.flag("disable-sudo-and-containers");
  return { disableSudo: reader.flag("disable-sudo") || disableContainers, disableContainers };
}

/** Several may be given, though one is what most write. */
function readFailOn(reader: InputReader): readonly FailOn[] {
  const words = reader.words("fail-on");
  const known = FAIL_ON.filter((choice) => words.includes(choice));
  const isKnown = words.every((word) => word === "none" || FAIL_ON.some((one) => one === word));
  if (!isKnown || (words.includes("none") && known.length > 0)) {
    reader.refuse(
      "fail-on",
      `is ${quote(words.join(" "))}: write none, or one or more of ${FAIL_ON.join(", ")}`,
    );
  }
  return known;
}

/** Of harden-runner's: paths whose overwriting is no finding. */
function describeExempt(reader: InputReader): string[] {
  return reader.text("exempt-files") === ""
    ? []
    : [
        "exempt-files is not known here: what a build writes over of its own sources is told; disable-file-monitoring leaves that out.",
      ];
}
