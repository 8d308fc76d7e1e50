/** What a policy would have made of runs that are over. Pure. */
import type { Policy, Report } from "../../../protocol/index.ts";
import { isGrave, type ReportedFinding, toJudgedFindings } from "./judged-findings.ts";
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
  /** `fail-on: finding-high` would have failed the job for it. */
  readonly fails: boolean;
}

export interface PolicyTest {
  readonly blocked: readonly Blocked[];
  readonly flagged: readonly Flagged[];
}

/** The same thing in several reports is one, with the counts put together. */
export function createPolicyTest(policy: Policy) {
  const blocked = new Map<string, Blocked>();
  const flagged: Flagged[] = [];
  return {
    add(report: Report): void {
      const whoOf = createWhoOf(report);
      for (const one of findBlocked(policy, report, whoOf)) {
        const key = JSON.stringify([one.kind, one.destination, one.program, one.step, one.rule]);
        const count = one.count + (blocked.get(key)?.count ?? 0);
        blocked.set(key, { ...one, count });
      }
      for (const finding of toJudgedFindings(report.findings, policy.rules)) {
        const { rule, severity, response, message, processId, count } = finding;
        const fails = isGrave(finding) && (policy["fail-on"] ?? []).includes("finding-high");
        const who = whoOf(processId);
        flagged.push({ rule: rule.id, severity, response, message, ...who, count, fails });
      }
    },
    result: (): PolicyTest => ({ blocked: [...blocked.values()], flagged }),
  };
}

/** Nothing of it would have been stopped, and no job failed for it. */
export function isPassed({ blocked, flagged }: PolicyTest): boolean {
  return blocked.length === 0 && flagged.every(({ fails }) => !fails);
}

function* findBlocked(policy: Policy, report: Report, whoOf: WhoOf): Generator<Blocked> {
  const replay = createEgressReplay(policy, report);
  for (const connection of report.connections) {
    const { allowed, rule } = replay.connection(connection);
    if (allowed) continue;
    const destination = describe(connection);
    const count = Math.max(connection.count, 1);
    yield { kind: "connection", destination, ...whoOf(connection.processId), rule, count };
  }
  for (const question of report.dnsQueries) {
    const { allowed, rule } = replay.question(question);
    if (allowed) continue;
    const count = Math.max(question.count, 1);
    yield {
      kind: "question",
      destination: question.name,
      ...whoOf(question.processId),
      rule,
      count,
    };
  }
}

function describe({ network, destination }: Report["connections"][number]): string {
  const { ip, port, domain } = destination;
  const host = domain ?? (ip?.includes(":") ? `[${ip}]` : (ip ?? ""));
  return `${host}${port === undefined ? "" : `:${port}`}/${network.transport}`;
}
