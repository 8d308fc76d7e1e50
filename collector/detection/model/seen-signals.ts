/** What others found in the run: the guard's rules, and secrets. */
import type { GuardEventOf, Severity } from "../../../protocol/index.ts";
import type { Feature } from "./feature.ts";
import { toPlainText } from "./plain-text.ts";
import type { SeenProcess } from "./seen-processes.ts";

export interface SeenFinding {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** Empty: of no process that is known. */
  readonly program: string;
}

export interface SeenSignals {
  /** By their ids. */
  readonly findings: ReadonlyMap<string, SeenFinding>;
  /** The kinds of those that are certain. */
  readonly secrets: ReadonlySet<string>;
  readonly leftOut: number;
  readonly revision: number;
  readonly size: number;
  addFinding(event: GuardEventOf<"finding">, process: SeenProcess | undefined): void;
  addSecret(event: GuardEventOf<"secret-found">): void;
}

const MAX_RULE = 64;
const MAX_STEP = 80;
/** A guard's own are far shorter. What is longer would have to be kept as it is, for whoever asks what became of it. */
const MAX_ID = 256;

export function createSeenSignals(
  max: number,
  note: (feature: Feature, step: string) => boolean,
): SeenSignals {
  const findings = new Map<string, SeenFinding>();
  const secrets = new Set<string>();
  let leftOut = 0;
  let revision = 0;
  return {
    findings,
    secrets,
    get leftOut() {
      return leftOut;
    },
    get revision() {
      return revision;
    },
    get size() {
      return findings.size + secrets.size;
    },
    addFinding({ id, rule: given, severity }, process) {
      const rule = toPlainText(given.id, MAX_RULE);
      note({ kind: "signal", signal: toFindingSignal(rule) }, process?.step ?? "");
      const known = findings.get(id);
      const isFull = known === undefined && findings.size >= max;
      if (isFull || id.length > MAX_ID) leftOut += 1;
      else {
        if (known?.severity !== severity) revision += 1;
        findings.set(id, { id, rule, severity, program: process?.program.name ?? "" });
      }
    },
    addSecret({ rule: given, confidence, step }) {
      if (confidence !== "certain") return;
      const rule = toPlainText(given, MAX_RULE);
      note(
        { kind: "signal", signal: toSecretSignal(rule) },
        toPlainText(step?.step ?? "", MAX_STEP),
      );
      if (secrets.size < max) secrets.add(rule);
      else leftOut += 1;
    },
  };
}

export function toFindingSignal(rule: string): string {
  return `finding:${rule}`;
}

export function toSecretSignal(rule: string): string {
  return `secret:${rule}`;
}
