import type { Policy, RuleSetting, UserRule } from "../../../protocol/index.ts";
import type { FlowAddress, Observation } from "../../observation.ts";
import type { Actor } from "../facts/actor.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Flagged, Rule } from "../rule.ts";
import { compileCondition, nameOf } from "./conditions.ts";

/** The rules that a policy brings itself, beside its settings for the built-in ones. */
export function compileUserRules(rules: Policy["rules"]): Rule[] {
  return Object.entries(rules).flatMap(([id, rule]) =>
    isUserRule(rule) ? [compileUserRule(id, rule)] : [],
  );
}

function isUserRule(rule: RuleSetting | UserRule): rule is UserRule {
  return rule !== "off" && "when" in rule;
}

function compileUserRule(id: string, { title, severity, response, on, when }: UserRule): Rule {
  const holds = compileCondition(when);
  const look = (seen: Observation, actor: Actor | undefined, facts: RunFacts) =>
    holds({ seen, actor, facts }) ? toFlagged(title, seen, actor) : undefined;
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

function toFlagged(title: string, seen: Observation, actor: Actor | undefined): Flagged {
  const subject = toSubject(seen);
  return { message: `${nameOf(actor) ?? "a process"} ${subject}: ${title}`, subject };
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
