/** What a running guard does when it is asked. */
import type { Report } from "../../../protocol/index.ts";
import type { ControlAnswer } from "../../control/control-answer.ts";
import type { Tightening } from "../../control/control-request.ts";
import type { ControlHandlers } from "../../control/control-server.ts";
import { createRequestRate } from "../../control/request-rate.ts";
import { parseDestinationPattern } from "../../egress/destination-pattern.ts";
import { toErrorText } from "../../errors.ts";
import type { AddedValue, Redaction } from "../../redact/redaction.ts";
import type { Labels } from "./labels.ts";

export interface Handling {
  readonly labels: Labels;
  /** Takes in all that was seen until now. */
  readonly report: () => Promise<Report>;
  /** Throws where it cannot be written; null: no report was asked for. */
  readonly writeReport: ((report: Report) => Promise<void>) | null;
  readonly tighten: (tightening: Tightening) => Promise<ControlAnswer>;
  readonly addValue: Redaction["addValue"];
  readonly status: () => unknown;
}

/** A job has some steps that ask for it, and a large report keeps the guard from reading what happens for 100 ms. */
const FINISH_RATE = { burst: 5, perSecond: 0.2 };
/** What a policy may list, more or less; each costs memory for as long as the guard lives. */
const MAX_DENIED = 2_000;
/** Each is held against all that is allowed, which takes time, and a job may ask. */
const MAX_ALLOWED_ONLY = 2_000;

/** Each costs memory, and time for each line of a log, for as long as the guard lives; a job may ask, too. */
const MAX_MASKED = 2_000;

const WHY_NOT_MASKED: Readonly<Record<AddedValue, string | undefined>> = {
  added: undefined,
  known: undefined,
  "too-short": "the value is too short: it stands in too much that is no secret",
  "too-common": "the value is too common: it stands in too much that is no secret",
  "too-many": "the guard masks as many values as it can already",
};

export function createControlHandlers(handling: Handling): ControlHandlers {
  const { labels, status } = handling;
  const finishRate = createRequestRate(FINISH_RATE);
  let running: Promise<ControlAnswer> | undefined;
  let denied = 0;
  let allowedOnly = 0;
  let masked = 0;
  return {
    status: () => ({ status: "done", result: status() }),
    label: (label) => labels.add(label),
    mask({ value }) {
      if (masked >= MAX_MASKED) {
        return {
          status: "refused",
          reason: `no more than ${MAX_MASKED} values can be masked this way`,
        };
      }
      const added = handling.addValue(value, "runner-guard mask");
      // Each step of a job may give the same ones.
      if (added === "added") masked += 1;
      const reason = WHY_NOT_MASKED[added];
      return reason === undefined ? { status: "done" } : { status: "refused", reason };
    },
    async tighten(tightening) {
      const { deny, allowOnly = [] } = tightening;
      const problem =
        findProblem("deny", deny, MAX_DENIED - denied) ??
        findProblem("allowOnly", allowOnly, MAX_ALLOWED_ONLY - allowedOnly);
      if (problem !== undefined) return { status: "refused", reason: problem };
      denied += deny.length;
      allowedOnly += allowOnly.length;
      return handling.tighten(tightening);
    },
    async finish() {
      // Two who ask at once are answered by one report.
      if (running !== undefined) return running;
      if (!finishRate.take(performance.now())) {
        return { status: "refused", reason: "a report was written just now: try again in 5 s" };
      }
      running = finish(handling);
      try {
        return await running;
      } finally {
        running = undefined;
      }
    },
  };
}

async function finish({ report, writeReport }: Handling): Promise<ControlAnswer> {
  const finished = await report();
  try {
    await writeReport?.(finished);
  } catch (error) {
    const reason = toErrorText(error);
    return { status: "refused", reason: `the report could not be written: ${reason}` };
  }
  return { status: "done", result: { reportWritten: writeReport !== null } };
}

function findProblem(
  list: "deny" | "allowOnly",
  entries: readonly string[],
  room: number,
): string | undefined {
  if (entries.length > room) {
    return `no more than ${list === "deny" ? MAX_DENIED : MAX_ALLOWED_ONLY} destinations can be given for ${list}`;
  }
  for (const text of entries) {
    const parsed = parseDestinationPattern(text);
    if ("problem" in parsed) return `${list}: ${JSON.stringify(text)} ${parsed.problem}`;
  }
  return undefined;
}
