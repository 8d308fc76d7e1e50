import type { Policy, RuleSetting, UserRule } from "../../../protocol/index.ts";
import type { FlowAddress, Observation } from "../../observation.ts";
import type { Actor } from "../facts/actor.ts";
import type { Flagged, Rule } from "../rule.ts";
import { compileCondition, nameOf, type Subject } from "./conditions.ts";

/** The rules that a policy brings itself, beside its settings for the built-in ones. */
export function compileUserRules(rules: Policy["rules"]): Rule[] {
  return userRulesOf(rules).map(([id, rule]) => compileUserRule(id, rule));
}

/** With their ids. */
export function userRulesOf(rules: Policy["rules"]): [string, UserRule][] {
  return Object.entries(rules).flatMap(([id, rule]) => (isUserRule(rule) ? [[id, rule]] : []));
}

export function compileLook({ title, when }: UserRule): (subject: Subject) => Flagged | undefined {
  const holds = compileCondition(when);
  return (subject) => (holds(subject) ? toFlagged(title, subject) : undefined);
}

function isUserRule(rule: RuleSetting | UserRule): rule is UserRule {
  return rule !== "off" && "when" in rule;
}

function compileUserRule(id: string, rule: UserRule): Rule {
  const { title, severity, response, on } = rule;
  const ask = compileLook(rule);
  const look = (
    seen: Observation,
    actor: Actor | undefined,
    { network }: Pick<Subject, "network">,
  ) => ask({ seen, actor, network });
  return {
    id,
    title,
    flags: title,
    why: "The policy of this job says so.",
    advice: `Look at the rule ${id} in the job's policy.`,
    severity,
    response,
    techniques: [],
    references: [],
    honest: [],
    on: {
      ...(on === "process" && { exec: look }),
      ...(on === "connection" && { connect: look }),
      ...(on === "dns-query" && { "dns-query": look }),
      ...(on === "file" && { file: look }),
      ...(on === "file-read" && { "file-read": look }),
      ...(on === "memory-access" && { "memory-access": look }),
      ...(on === "privileged-operation" && { privileged: look }),
    },
  };
}

function toFlagged(title: string, { seen, actor }: Subject): Flagged {
  const subject = toSubject(seen);
  const killed = "killed" in seen && seen.killed;
  const deed = killed ? `${subject}, and was killed for it` : subject;
  return { message: `${nameOf(actor) ?? "a process"} ${deed}: ${title}`, subject, killed };
}

function toSubject(seen: Observation): string {
  if (seen.kind === "exec") return `was run as ${seen.executable}`;
  if (seen.kind === "connect") return `connected to ${describeAddress(seen.address)}`;
  if (seen.kind === "dns-query") return `asked for ${seen.name}`;
  if (seen.kind === "file") return `did ${seen.operation} to ${seen.path}`;
  if (seen.kind === "file-read") return `read ${seen.path}`;
  if (seen.kind === "memory-access") {
    return `reached into process ${seen.targetPid} by ${seen.method}`;
  }
  return seen.kind === "privileged" ? `did ${seen.operation} ${seen.detail}` : seen.kind;
}

function describeAddress({ ip, path, port, transport }: FlowAddress): string {
  return `${ip ?? path ?? ""}${port === undefined ? "" : ` port ${port}`} over ${transport}`;
}
