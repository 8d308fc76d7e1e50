/** What an operator had done to a run is told as what rules find is: with who asked and why. */
import { AUTOMATIC_RESPONSE } from "../../protocol/automatic-response.ts";
import type { GuardEventOf, Response, Severity } from "../../protocol/index.ts";
import { OPERATOR_RULE_IDS } from "../../protocol/rule-ids.ts";
import type { EventStream } from "../events/event-stream.ts";
import { formatTimestamp } from "../events/timestamp.ts";

/** By way of the collector. */
export interface OperatorOrder {
  /** Who is answerable for it. */
  readonly by: string;
  readonly reason: string;
}

export interface OperatorFindings {
  tellKill(order: OperatorOrder): void;
  /** `problem`: why it is not in force. */
  tellTightening(order: OperatorOrder, what: string, problem?: string): void;
}

interface Told {
  readonly rule: GuardEventOf<"finding">["rule"];
  readonly severity: Severity;
  readonly response: Response;
  readonly message: string;
}

const [KILL_ID, TIGHTENING_ID] = OPERATOR_RULE_IDS;
const KILL = { id: KILL_ID, name: "An operator ended the job" };
/** For a finding of this run, which is told itself. */
const RESPONSE = { id: KILL_ID, name: "A response of the collector's ended the job" };
const TIGHTENING = { id: TIGHTENING_ID, name: "An operator tightened the policy" };

export function createOperatorFindings(stream: Pick<EventStream, "write">): OperatorFindings {
  let count = 0;
  const tell = ({ rule, ...told }: Told, { by, reason }: OperatorOrder): void => {
    count += 1;
    const at = Date.now() * 1000;
    const seen = formatTimestamp(at);
    stream.write(
      {
        kind: "finding",
        id: `${rule.id}-${count}`,
        rule,
        ...told,
        process: null,
        evidence: { by, reason },
        count: 1,
        firstSeen: seen,
        lastSeen: seen,
      },
      at,
    );
  };
  return {
    tellKill: (order) =>
      tell(
        {
          ...(order.by === AUTOMATIC_RESPONSE
            ? { rule: RESPONSE, severity: "info" }
            : { rule: KILL, severity: "high" }),
          response: "kill-job",
          message: `${order.by} ended the job: ${order.reason}`,
        },
        order,
      ),
    tellTightening: (order, what, problem) =>
      tell(
        {
          rule: TIGHTENING,
          severity: problem === undefined ? "info" : "medium",
          response: "report",
          message:
            problem === undefined
              ? `${order.by} tightened the policy (${what}): ${order.reason}`
              : `${order.by} wants a stricter policy (${what}), which is not in force: ${problem}`,
        },
        order,
      ),
  };
}
