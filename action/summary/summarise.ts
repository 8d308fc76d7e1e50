/** What people read when a guarded job of GitHub Actions has ended, made of the guard's report. Pure. */
import { suggestForRun } from "../../agent/policy/suggest/suggest-for-run.ts";
import { escapeForTerminal } from "../../agent/report/escape/escape-terminal.ts";
import { findFailures } from "../../agent/report/failures.ts";
import type { Suggestion } from "../../agent/report/markdown/fence.ts";
import { renderMarkdown } from "../../agent/report/render-markdown.ts";
import { renderUnguarded } from "../../agent/report/render-unguarded.ts";
import type { Report } from "../../protocol/index.ts";
import { toWorkflowCommand } from "./annotation.ts";
import { type Outputs, toOutputs, toUnguardedOutputs } from "./outputs.ts";
import { suggestInputs } from "./suggest-inputs.ts";
import type { Surroundings } from "./surroundings.ts";
import { toAnnotations, toDegraded } from "./to-annotations.ts";

export interface Summary {
  /** For GITHUB_STEP_SUMMARY: at most `maxBytes`, begins and ends a line. */
  readonly markdown: string;
  /** Workflow commands, a line each, for standard output. */
  readonly annotations: readonly string[];
  readonly outputs: Outputs;
  /** Why `fail-on` fails the job, that of the guard's policy too, a sentence of one line each; empty where it does not. */
  readonly failures: readonly string[];
  /** There is more to read than that all is well. */
  readonly isNoteworthy: boolean;
}

export function summarise(report: Report, surroundings: Surroundings): Summary {
  const { degraded, failOn } = surroundings;
  const outputs = toOutputs(report, degraded);
  return {
    markdown: renderMarkdown(inWorkspace(report, surroundings), {
      ...surroundings,
      allowList: "allowed-endpoints",
      suggestions: toSuggestions(report),
    }),
    annotations: toAnnotations(report, surroundings).map(toWorkflowCommand),
    outputs,
    failures: [
      ...(failOn.length === 0 ? [] : findFailures(report, failOn)).map(escapeForTerminal),
      ...toOwnFailures(surroundings),
    ],
    isNoteworthy:
      outputs.violations !== "0" ||
      outputs.findings !== "0" ||
      outputs["degraded-reasons"] !== "" ||
      report.secrets.found.length > 0,
  };
}

/** The guard's own directory says nothing of what lies in the job's workspace and what outside. */
function inWorkspace(report: Report, { workspace }: Surroundings): Report {
  if (workspace === undefined) return report;
  return { ...report, run: { ...report.run, workingDirectory: workspace } };
}

function toSuggestions(report: Report): Suggestion[] {
  const policy = suggestForRun(report);
  if (policy === undefined) return [];
  const inputs = suggestInputs(policy);
  return [
    ...(inputs === undefined ? [] : [{ lead: "Inputs of the action:", yaml: inputs }]),
    { lead: "Or a file for its input `policy-file`:", yaml: policy },
  ];
}

/** Where the guard left no report: `degraded` says why. */
export function summariseUnguarded(surroundings: Surroundings): Summary {
  const { degraded, maxBytes, notSeen } = surroundings;
  return {
    markdown: renderUnguarded([...degraded, ...notSeen], maxBytes),
    annotations: toDegraded(degraded).map(toWorkflowCommand),
    outputs: toUnguardedOutputs(degraded),
    failures: toOwnFailures(surroundings),
    isNoteworthy: true,
  };
}

function toOwnFailures({ degraded, failOn }: Surroundings): readonly string[] {
  return failOn.includes("degraded") ? degraded.map(escapeForTerminal) : [];
}
