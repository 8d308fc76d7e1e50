import {
  type CiContext,
  COMMAND_LIMITS,
  type PolicyBody,
  type StandingPolicy,
  type Tightening,
} from "../../protocol/index.ts";

type Scope = StandingPolicy["for"];

export function isFor(scope: Scope, ci: CiContext | null): boolean {
  return (
    fits(scope.repository, ci?.repository) &&
    fits(scope.workflow, ci?.workflow) &&
    fits(scope.ref, ci?.ref)
  );
}

/** Whether one run could be of both. */
export function doMeet(one: Scope, other: Scope): boolean {
  return (
    agree(one.repository, other.repository) &&
    agree(one.workflow, other.workflow) &&
    agree(one.ref, other.ref)
  );
}

export function countDenied(policies: readonly StandingPolicy[]): number {
  return listDenied(policies.map(({ tighten }) => tighten)).length;
}

/** What one run of all of them is to obey; null: there are none. Each part is as strict as the strictest has it. */
export function mergePolicies(policies: readonly StandingPolicy[]): PolicyBody | null {
  if (policies.length === 0) return null;
  const reasons = policies.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  return {
    by: nameAll([...new Set(policies.map(({ by }) => by))]),
    reason: reasons.slice(0, COMMAND_LIMITS.maxReasonCharacters),
    at: policies.map(({ setAt }) => setAt).reduce((one, other) => (one > other ? one : other)),
    tighten: mergeTightenings(policies.map(({ tighten }) => tighten)),
  };
}

/** As many as an agent takes, and how many others there are. */
function nameAll(names: readonly string[]): string {
  for (let shown = names.length; shown > 0; shown -= 1) {
    const others = names.length - shown;
    const listed = names.slice(0, shown).join(", ");
    const text = others === 0 ? listed : `${listed} and ${others} more`;
    if (text.length <= COMMAND_LIMITS.maxByCharacters) return text;
  }
  return `${names.length} operators`;
}

/** A setting has one value alone that it can be tightened to. */
function mergeTightenings(all: readonly Tightening[]): Tightening {
  const merged: Tightening = {};
  for (const { mode, dns, sni } of all) {
    if (mode !== undefined) merged.mode = mode;
    if (dns !== undefined) merged.dns = dns;
    if (sni !== undefined) merged.sni = sni;
  }
  const deny = listDenied(all);
  return deny.length > 0 ? { ...merged, deny } : merged;
}

function listDenied(all: readonly Tightening[]): string[] {
  return [...new Set(all.flatMap(({ deny = [] }) => deny))];
}

function fits(wanted: string | undefined, given: string | undefined): boolean {
  return wanted === undefined || wanted === given;
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
