/** Where everything that was seen is gathered, until it is told and reported. */
import type { GuardEvent, Report } from "../../protocol/index.ts";
import { createBegunFlows } from "../events/begun-flows.ts";
import { createCoalescer } from "../events/coalescer.ts";
import { createEventStream, type EventSink } from "../events/event-stream.ts";
import type { Flag } from "../events/flagging.ts";
import { createHeldStream } from "../events/held-stream.ts";
import { createLatestStep } from "../events/latest-step.ts";
import { createPacketMatcher } from "../events/packet-matcher.ts";
import { createSecretFindings } from "../events/secret-findings.ts";
import { toSecretPlace } from "../events/secret-place.ts";
import { createTamperFindings } from "../events/tamper-findings.ts";
import { createUnsentDatagrams } from "../events/unsent-datagrams.ts";
import { createProcessTree } from "../process/process-tree.ts";
import { createEventRedactor } from "../redact/record/event-redactor.ts";
import { redactReport } from "../redact/record/report-redactor.ts";
import { createTextRedaction } from "../redact/record/text-redaction.ts";
import type { Redaction } from "../redact/redaction.ts";
import { createReportBuilder, type FinishedRun } from "../report/report-builder.ts";
import { defaultReportLimits } from "../report/report-limits.ts";
import { createRecentEvents } from "../respond/recent-events.ts";
import type { Complete } from "./guard.ts";
import { toLookup } from "./process-lookup.ts";

/**
 * Half as many processes as Linux gives pids to by default on a machine of 32 cores, some 200 bytes each, and the text
 * of their programs: a job's processes have some 500 characters, and can have 16,000.
 */
const TREE_BOUNDS = { maxProcesses: 16_384, maxCharacters: 16_777_216 };
/** Different things that wait for repeats: some 500 bytes each, and 16 KiB where a job makes the longest paths it can. */
const MAX_PENDING_EVENTS = 4_096;
/** Of a second, for which a thing waits for its repeats. */
export const COALESCER_TURNS = 20;
/** Some 100 bytes each. */
const MAX_UNSENT_DATAGRAMS = 4_096;
/** As many as the packet filter lets live on. */
const MAX_BEGUN_FLOWS = 4_096;
/** Some 200 bytes each. */
const PACKET_BOUNDS = { maxFlows: 4_096, maxSenders: 4_096 };
/** Different changes of a second, some 500 bytes each. */
const TAMPER_BOUNDS = { maxWaiting: 64, maxPidsOfOne: 256 };
/** What an incident's bundle holds of what happened before: some 500 bytes each. */
const MAX_RECENT_EVENTS = 1_000;
/** Some 500 bytes each. */
const SECRET_BOUNDS = { maxPending: 1_024 };

/** For less than a second, from the start of the command on: 32 MiB at most. */
const HELD_BOUNDS = { maxHeld: 65_536, maxImportant: 1_024 };

export type RunRecord = ReturnType<typeof createRecord>;

export interface RecordOptions {
  readonly redaction: Redaction;
  readonly flag: Flag;
  /** Takes each event, redacted, in order. */
  readonly sendEvent?: EventSink | undefined;
  readonly onJob?: ((pid: number) => void) | undefined;
}

export function createRecord({ redaction, flag, sendEvent, onJob }: RecordOptions) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  const texts = createTextRedaction(redaction);
  const redact = createEventRedactor(texts, (found, event) => {
    const place = toSecretPlace(event);
    if (place !== undefined) secrets.add(found, place, Date.now() * 1000);
  });
  const latest = createLatestStep();
  const recent = createRecentEvents<GuardEvent>(MAX_RECENT_EVENTS);
  const sinks = [
    (event: GuardEvent) => builder.add(event),
    (event: GuardEvent) => latest.note(event),
    (event: GuardEvent) => recent.add(event),
    ...(sendEvent === undefined ? [] : [sendEvent]),
  ];
  const stream = createHeldStream(createEventStream(sinks, redact), HELD_BOUNDS);
  const secrets = createSecretFindings({ stream, flag }, SECRET_BOUNDS);
  const tree = createProcessTree(TREE_BOUNDS, undefined, onJob);
  const processes = toLookup(tree);
  const parts = {
    processes,
    coalescer: createCoalescer(stream, {
      maxPending: MAX_PENDING_EVENTS,
      turns: COALESCER_TURNS,
    }),
    packets: createPacketMatcher(PACKET_BOUNDS),
    unsent: createUnsentDatagrams({ maxKeys: MAX_UNSENT_DATAGRAMS }),
    begun: createBegunFlows({ maxKeys: MAX_BEGUN_FLOWS }),
    tampering: createTamperFindings({ processes, flag }, TAMPER_BOUNDS),
    stream,
  };
  const build = (finished: Omit<FinishedRun, "secretsRedacted">, complete: Complete): Report => {
    const built = builder.build({ ...finished, secretsRedacted: 0 });
    const report = redactReport(complete(built), texts);
    const { redacted, refusedValues } = redaction.counts;
    const refused = refusedValues > 0 && { refused: refusedValues };
    return { ...report, secrets: { ...report.secrets, redacted, ...refused } };
  };
  return { tree, parts, secrets, latest, recent, release: () => stream.release(), build };
}
