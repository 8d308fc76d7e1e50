import type { GuardEventOf } from "../../../protocol/events.ts";
import type { Severity } from "../../../protocol/primitives.ts";
import type { ReportLimits } from "../report-limits.ts";
import { toBoundedEvidence } from "./bounded-evidence.ts";
import type { ReportedFinding } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

type FindingEvent = GuardEventOf<"finding">;

/** Findings in the order they were made. Each severity has places of its own, so that no flood of small ones hides a grave one. */
export interface FindingList {
  add(event: FindingEvent): void;
  entries(): ReportedFinding[];
  total(): number;
  notListed(): number;
}

export function createFindingList(text: TextAllowance, limits: ReportLimits): FindingList {
  const listed: ReportedFinding[] = [];
  const listedOf = new Map<Severity, number>();
  let total = 0;

  return {
    add(event) {
      total += 1;
      const ofSeverity = listedOf.get(event.severity) ?? 0;
      if (ofSeverity >= limits.others) return;
      listedOf.set(event.severity, ofSeverity + 1);
      listed.push(toFinding(event, text, limits.text.members));
    },
    entries: () => [...listed],
    total: () => total,
    notListed: () => total - listed.length,
  };
}

function toFinding(
  finding: FindingEvent,
  text: TextAllowance,
  maxMembers: number,
): ReportedFinding {
  return {
    ...withoutEnvelope(finding),
    processId: finding.process,
    message: text.keep(finding.message),
    evidence: toBoundedEvidence(finding.evidence, text, maxMembers),
  };
}
