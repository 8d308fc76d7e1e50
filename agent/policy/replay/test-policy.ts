/** What a policy would have made of runs that are over. Pure. */
import type { Policy, Report } from "../../../protocol/index.ts";
import { toHostName } from "../../egress/host-name.ts";
import {
  isGrave,
  isOfOperator,
  isOfUserRule,
  type ReportedFinding,
  toJudgedFindings,
} from "./judged-findings.ts";
import { createEgressReplay } from "./replay-egress.ts";
import { createWhoOf, type WhoOf } from "./who-of.ts";

export interface Blocked {
  readonly kind: "connection" | "question";
  /** `github.com:22/tcp`; of a question the name. */
  readonly destination: string;
  readonly program: string;
  readonly step: string | null;
  /** The line of policy that decided; `default` where none did. */
  readonly rule: string;
  readonly count: number;
}

export interface Flagged {
  readonly rule: string;
  readonly severity: ReportedFinding["severity"];
  readonly response: ReportedFinding["response"];
  readonly message: string;
  readonly program: string;
  readonly step: string | null;
  readonly count: number;
  /** Its response ends a process at least. */
  readonly stops: boolean;
  /** `fail-on: finding-high` would have failed the job for it. */
  readonly fails: boolean;
}

export interface PolicyTest {
  readonly blocked: readonly Blocked[];
  readonly flagged: readonly Flagged[];
  /** What reports do not hold of what the policy's own rules ask for. */
  readonly unjudged: readonly string[];
}

/** What a rule found in a report. */
type Found = Pick<Flagged, "rule" | "severity" | "response" | "message" | "count"> &
  Pick<ReportedFinding, "processId">;

/** Asks the policy's own rules about a report. */
export type AskOwnRules = (report: Report) => {
  readonly flagged: readonly Found[];
  readonly unjudged: readonly string[];
};

/** The same thing in several reports is one, with the counts put together. */
export function createPolicyTest(policy: Policy, askOwnRules: AskOwnRules) {
  const blocked = new Map<string, Blocked>();
  const flagged = new Map<string, Flagged>();
  const unjudged = new Set<string>();
  const failOn = policy["fail-on"] ?? [];
  return {
    add(report: Report): void {
      const whoOf = createWhoOf(report);
      for (const one of findBlocked(policy, report, whoOf)) {
        addCounted(blocked, one, [one.kind, one.destination, one.program, one.step, one.rule]);
      }
      const own = askOwnRules(report);
      for (const { processId, ...found } of [...judgeAnew(report, policy), ...own.flagged]) {
        const who = whoOf(processId);
        const stops = found.response !== "report";
        const fails = isGrave(found) && failOn.includes("finding-high");
        const { rule, severity, response, message } = found;
        const key = [rule, severity, response, message, who.program, who.step];
        addCounted(flagged, { ...found, ...who, stops, fails }, key);
      }
      for (const one of [...own.unjudged, ...describeLeftOut(report)]) unjudged.add(one);
    },
    result: (): PolicyTest => ({
      blocked: [...blocked.values()],
      flagged: [...flagged.values()],
      unjudged: [...unjudged],
    }),
  };
}

/** Nothing of it would have been stopped, and no job failed for it. */
export function isPassed({ blocked, flagged }: PolicyTest): boolean {
  return blocked.length === 0 && flagged.every(({ stops, fails }) => !stops && !fails);
}

function addCounted<One extends { readonly count: number }>(
  known: Map<string, One>,
  one: One,
  parts: readonly unknown[],
): void {
  const key = JSON.stringify(parts);
  known.set(key, { ...one, count: one.count + (known.get(key)?.count ?? 0) });
}

function judgeAnew({ findings }: Report, { rules }: Policy): Found[] {
  return toJudgedFindings(findings, rules).map(
    ({ rule, severity, response, message, processId, count }) => ({
      rule: rule.id,
      severity,
      response,
      message,
      processId,
      count,
    }),
  );
}

function describeLeftOut({ findings }: Report): string[] {
  return [
    [
      findings.filter(isOfUserRule).length,
      "of rules that the run's own policy brought, of which nothing more is known",
    ] as const,
    [
      findings.filter(isOfOperator).length,
      "of what an operator did, in which policy has no say",
    ] as const,
  ].flatMap(([count, what]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? "finding" : "findings"} ${what}`],
  );
}

function* findBlocked(policy: Policy, report: Report, whoOf: WhoOf): Generator<Blocked> {
  const replay = createEgressReplay(policy, report);
  const told = new Set<string>();
  for (const connection of report.connections) {
    const { allowed, rule } = replay.connection(connection);
    if (allowed) continue;
    const destination = describe(connection);
    const count = Math.max(connection.count, 1);
    const who = whoOf(connection.processId);
    told.add(toNameKey(connection.destination.domain ?? "", who.step));
    yield { kind: "connection", destination, ...who, rule, count };
  }
  for (const question of report.dnsQueries) {
    const { allowed, rule } = replay.question(question);
    const who = whoOf(question.processId);
    // The question for what the same step went on to connect to says nothing more.
    if (allowed || told.has(toNameKey(question.name, who.step))) continue;
    const count = Math.max(question.count, 1);
    yield {
      kind: "question",
      destination: question.name,
      ...who,
      rule,
      count,
    };
  }
}

function toNameKey(name: string, step: string | null): string {
  return JSON.stringify([toHostName(name) ?? name, step]);
}

function describe({ network, destination }: Report["connections"][number]): string {
  const { ip, port, domain } = destination;
  const host = domain ?? (ip?.includes(":") ? `[${ip}]` : (ip ?? ""));
  return `${host}${port === undefined ? "" : `:${port}`}/${network.transport}`;
}
