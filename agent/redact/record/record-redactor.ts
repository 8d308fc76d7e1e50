import type { OnFound, TextRedaction } from "./text-redaction.ts";
import type { Treatment } from "./treatment.ts";

/** Takes a record, and tells what was found in it. The same record comes back where nothing was. */
type RecordRedactor<Value> = (value: Value, redaction: TextRedaction, onFound?: OnFound) => Value;

/** As a treatment, without the types of what it treats, and without what it leaves alone. */
type Plan =
  | { readonly is: "fixed" | "whole" | "text" | "command-line" }
  | { readonly is: "list"; readonly each: Plan }
  | { readonly is: "record"; readonly members: readonly (readonly [string, Plan])[] };

/** Deeper than anything that the agent writes. */
const MAX_DEPTH = 16;

export function createRecordRedactor<Value extends object>(
  treatment: Treatment<Value>,
): RecordRedactor<Value> {
  const plan = toPlan(treatment);
  return (value, redaction, onFound) => redactBy(plan, value, { redaction, onFound });
}

function toPlan(treatment: unknown): Plan {
  if (treatment === "whole" || treatment === "text" || treatment === "command-line") {
    return { is: treatment };
  }
  if (typeof treatment !== "object" || treatment === null) return { is: "fixed" };
  if ("each" in treatment) {
    const each = toPlan(treatment.each);
    return each.is === "fixed" ? each : { is: "list", each };
  }
  if (!("members" in treatment) || typeof treatment.members !== "object") return { is: "fixed" };
  const members = Object.entries(treatment.members ?? {})
    .map(([name, member]) => [name, toPlan(member)] as const)
    .filter(([, member]) => member.is !== "fixed");
  return members.length === 0 ? { is: "fixed" } : { is: "record", members };
}

interface Redacting {
  readonly redaction: TextRedaction;
  readonly onFound: OnFound | undefined;
}

function redactBy<Value extends object>(plan: Plan, value: Value, how: Redacting): Value {
  return plan.is === "record" ? redactMembers(plan.members, value, how) : value;
}

function redactMembers<Value extends object>(
  members: readonly (readonly [string, Plan])[],
  value: Value,
  how: Redacting,
): Value {
  let copy: Value | undefined;
  for (const [name, plan] of members) {
    const member: unknown = Reflect.get(value, name);
    const redacted = redactMember(plan, member, how);
    if (redacted === member) continue;
    copy ??= { ...value };
    Reflect.set(copy, name, redacted);
  }
  return copy ?? value;
}

function redactMember(plan: Plan, member: unknown, how: Redacting): unknown {
  if (plan.is === "text") return redactString(member, how);
  if (plan.is === "whole") return redactWhole(member, how, 0);
  if (plan.is === "fixed" || typeof member !== "object" || member === null) return member;
  if (plan.is === "record") return redactMembers(plan.members, member, how);
  if (plan.is === "list") {
    return Array.isArray(member)
      ? mapKept(member, (each) => redactMember(plan.each, each, how))
      : member;
  }
  return isTexts(member) ? how.redaction.redactParts(member, how.onFound) : member;
}

function redactWhole(value: unknown, how: Redacting, depth: number): unknown {
  if (typeof value !== "object" || value === null) return redactString(value, how);
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) return mapKept(value, (each) => redactWhole(each, how, depth + 1));
  let isChanged = false;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => {
    const redacted = [
      how.redaction.redactText(name, how.onFound),
      redactWhole(member, how, depth + 1),
    ] as const;
    isChanged ||= redacted[0] !== name || redacted[1] !== member;
    return redacted;
  });
  return isChanged ? Object.fromEntries(members) : value;
}

function redactString(value: unknown, { redaction, onFound }: Redacting): unknown {
  return typeof value === "string" && value !== "" ? redaction.redactText(value, onFound) : value;
}

/** The same list where nothing in it is another than before. */
function mapKept(list: readonly unknown[], map: (member: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, member] of list.entries()) {
    const mapped = map(member);
    if (mapped === member) continue;
    copy ??= [...list];
    copy[index] = mapped;
  }
  return copy ?? list;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === "string");
}
