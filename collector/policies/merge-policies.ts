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
    by: [...new Set(policies.map(({ by }) => by))].join(", "),
    reason: reasons.slice(0, COMMAND_LIMITS.maxReasonCharacters),
    at: policies.map(({ setAt }) => setAt).reduce((one, other) => (one > other ? one : other)),
    tighten: mergeTightenings(policies.map(({ tighten }) => tighten)),
  };
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
