import type { ComponentChildren } from "preact";

export type Tone = "critical" | "high" | "medium" | "low" | "info" | "good" | "accent" | "plain";

interface BadgeProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Badge({ tone, title, children }: BadgeProps) {
  return (
    <span class={`badge ${tone}`} {...(title !== undefined && { title })}>
      {children}
    </span>
  );
}

const SEVERITY_TONES: ReadonlyMap<string, Tone> = new Map([
  ["critical", "critical"],
  ["high", "high"],
  ["medium", "medium"],
  ["low", "low"],
]);

/** The gravest is 0. */
export function toRank(severity: string): number {
  const rank = [...SEVERITY_TONES.keys()].indexOf(severity);
  return rank === -1 ? SEVERITY_TONES.size : rank;
}

function toSeverityTone(severity: string): Tone {
  return SEVERITY_TONES.get(severity) ?? "info";
}

export function Severity({ severity }: { readonly severity: string }) {
  return <Badge tone={toSeverityTone(severity)}>{severity}</Badge>;
}

const OUTCOME_TONES: ReadonlyMap<string, Tone> = new Map([
  ["running", "accent"],
  ["succeeded", "good"],
  ["failed", "medium"],
  ["silent", "high"],
  ["killed-by-operator", "critical"],
  ["killed-by-rule", "critical"],
  ["quarantined", "critical"],
]);

export function Outcome({ outcome }: { readonly outcome: string }) {
  return (
    <Badge tone={OUTCOME_TONES.get(outcome) ?? "plain"}>
      {outcome === "running" && <span class="pulse" aria-hidden="true" />}
      {outcome.replaceAll("-", " ")}
    </Badge>
  );
}
