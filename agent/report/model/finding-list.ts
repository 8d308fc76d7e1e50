import type { GuardEventOf } from "../../../protocol/events.ts";
import type { Severity } from "../../../protocol/primitives.ts";
import type { ReportLimits } from "../report-limits.ts";
import { toBoundedEvidence } from "./bounded-evidence.ts";
import type { ReportedFinding } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

type FindingEvent = GuardEventOf<"finding">;

/**
 * Findings in the order they were made, each with how often it was seen. Each severity has places of its own, so that no
 * flood of small ones hides a grave one.
 */
export interface FindingList {
  add(event: FindingEvent): void;
  entries(): ReportedFinding[];
  /** Different ones. */
  total(): number;
  notListed(): number;
}

export function createFindingList(text: TextAllowance, limits: ReportLimits): FindingList {
  const listed = new Map<string, ReportedFinding>();
  const listedOf = new Map<Severity, number>();
  let notListed = 0;

  return {
    add(event) {
      const known = listed.get(event.id);
      const { count, lastSeen } = event;
      if (known) {
        listed.set(event.id, { ...known, count, lastSeen });
        return;
      }
      const ofSeverity = listedOf.get(event.severity) ?? 0;
      if (ofSeverity >= limits.others) {
        // A higher count says that it was told before.
        if (count === 1) notListed += 1;
        return;
      }
      listedOf.set(event.severity, ofSeverity + 1);
      listed.set(event.id, toFinding(event, text, limits.text.members));
    },
    entries: () => [...listed.values()],
    total: () => listed.size + notListed,
    notListed: () => notListed,
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
