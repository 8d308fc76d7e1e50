/** Asks the rules of a policy about a run that is over. Pure. */
import type { Policy, Report, Response, Severity } from "../../../protocol/index.ts";
import { compileLook, userRulesOf } from "./compile-user-rule.ts";
import { entriesOf, type ReportEntry } from "./report-entries.ts";
import { createReportedActors } from "./reported-actors.ts";
import { findUnjudged } from "./unjudged.ts";

interface Replayed {
  readonly rule: string;
  readonly severity: Severity;
  readonly response: Response;
  readonly message: string;
  readonly processId: string | null;
  readonly count: number;
}

interface UserRuleReplay {
  readonly flagged: readonly Replayed[];
  /** What the report does not hold of what these rules ask for. */
  readonly unjudged: readonly string[];
}

/** For one policy and any number of reports. */
export function createUserRuleReplay(settings: Policy["rules"]) {
  const rules = userRulesOf(settings).map(([id, rule]) => ({ id, rule, ask: compileLook(rule) }));
  const kinds = new Set(rules.map(({ rule }) => rule.on));

  return (report: Report): UserRuleReplay => {
    const find = createReportedActors(report);
    const flagged: Replayed[] = [];
    for (const entry of entriesOf(report, kinds, find)) {
      for (const { id, rule, ask } of rules.filter(({ rule: { on } }) => on === entry.kind)) {
        const message = ask(toSubject(entry))?.message;
        if (message === undefined) continue;
        const { severity, response } = rule;
        const { processId, count } = entry;
        flagged.push({ rule: id, severity, response, message, processId, count });
      }
    }
    return {
      flagged,
      unjudged: findUnjudged(
        report,
        rules.map(({ rule }) => rule),
        find,
      ),
    };
  };
}

function toSubject({ seen, actor, judgement }: ReportEntry) {
  return { seen, actor, network: { judge: () => judgement } };
}
