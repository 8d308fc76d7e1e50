/** Events in SQLite: one thread writes, this one reads. */
import type { AuditStore } from "../../stores/audit-store.ts";
import type { BaselineStore } from "../../stores/baseline-store.ts";
import type { CommandStore } from "../../stores/command-store.ts";
import type { EventStore } from "../../stores/event-store.ts";
import type { IncidentStore } from "../../stores/incident-store.ts";
import type { NewsStore, OwnFindingStore } from "../../stores/news-store.ts";
import type { OverviewStore } from "../../stores/overview-store.ts";
import type { PolicyStore } from "../../stores/policy-store.ts";
import type { ResponseStore } from "../../stores/response-store.ts";
import type { RetentionStore } from "../../stores/retention-store.ts";
import type { RunQueries, TriageStore } from "../../stores/run-queries.ts";
import type { UsageStore } from "../../stores/usage-store.ts";
import { createAuditReader } from "./audit-reader.ts";
import { createBaselineChangeReader } from "./baseline-change-reader.ts";
import { createBaselineReader } from "./baseline-reader.ts";
import { createCommandReader } from "./command-reader.ts";
import { createDeliveryReader } from "./delivery-reader.ts";
import { createFindingQueries } from "./finding-queries.ts";
import { createIncidentReader } from "./incident-reader.ts";
import { createNewsReader } from "./news-reader.ts";
import { openForReading } from "./open-database.ts";
import { createOverviewReader } from "./overview-reader.ts";
import { createPolicyReader } from "./policy-tables.ts";
import type { OnDamaged } from "./read-undamaged.ts";
import { createReader } from "./reader.ts";
import { createResponseReader } from "./response-reader.ts";
import { createRetentionReader } from "./retention-reader.ts";
import { createRunFiguresReader } from "./run-figures.ts";
import { createRunQueries } from "./run-queries.ts";
import { createSaidReader, type SaidReader } from "./said-reader.ts";
import { createUsageReader } from "./usage-reader.ts";
import { createWriter, type WriterOptions } from "./writer.ts";

export interface EventStoreOptions extends WriterOptions {
  /** A row that is left out, since it holds what is never stored: said once of each. */
  readonly onDamaged?: OnDamaged;
}

/** The directory is there, and held (`lockDirectory`). Throws `data-directory` and `newer-schema`. */
export async function openSqliteEventStore(
  options: EventStoreOptions,
): Promise<
  EventStore &
    CommandStore &
    SaidReader &
    AuditStore &
    UsageStore &
    OverviewStore &
    RetentionStore &
    RunQueries &
    TriageStore &
    PolicyStore &
    NewsStore &
    OwnFindingStore &
    IncidentStore &
    BaselineStore &
    ResponseStore
> {
  const { onDamaged = () => undefined } = options;
  await using stack = new AsyncDisposableStack();
  const writer = stack.use(await createWriter(options));
  // Closed before the writer, which then is alone and can bring the log into the database.
  const database = stack.adopt(openForReading(options.directory), (opened) => opened.close());
  const reader = createReader(database);
  const opened = stack.move();
  return {
    ...reader,
    get load() {
      return writer.load;
    },
    ...createCommandReader(database),
    ...createSaidReader(database),
    ...createRunFiguresReader(database),
    ...createAuditReader(database),
    ...createUsageReader(database),
    ...createOverviewReader(database),
    ...createRetentionReader(database),
    removeBatches: (removal) => writer.write({ kind: "remove-batches", removal }),
    removeRun: (runId) => writer.write({ kind: "remove-run", runId }),
    removeUses: (removal) => writer.write({ kind: "remove-uses", removal }),
    removeAudit: (tenant, upTo) => writer.write({ kind: "remove-audit", tenant, upTo }),
    removeBaseline: (baseline) => writer.write({ kind: "remove-baseline", baseline }),
    giveBack: (pages) => writer.write({ kind: "give-back", pages }),
    ...createRunQueries(database),
    ...createFindingQueries(database),
    ...createPolicyReader(database),
    ...createNewsReader(database),
    ...createIncidentReader(database, onDamaged),
    ...createDeliveryReader(database, onDamaged),
    recordIncidents: (changes) => writer.write({ kind: "record-incidents", changes }),
    settleDelivery: (settlement) => writer.write({ kind: "settle-delivery", settlement }),
    retryDelivery: (number, at) => writer.write({ kind: "retry-delivery", number, at }),
    resumeDeliveries: (at) => writer.write({ kind: "resume-deliveries", at }),
    abandonDeliveries: (abandoned) => writer.write({ kind: "abandon-deliveries", abandoned }),
    mendDueTimes: (now) => writer.write({ kind: "mend-due-times", now }),
    forgetIncidents: (before) => writer.write({ kind: "forget-incidents", before }),
    ...createBaselineReader(database),
    ...createBaselineChangeReader(database, onDamaged),
    putBaseline: (change) => writer.write({ kind: "put-baseline", change }),
    teachRun: (taught) => writer.write({ kind: "teach-run", taught }),
    expectFinding: (expected) => writer.write({ kind: "expect-finding", expected }),
    ...createResponseReader(database, onDamaged),
    doResponses: (deed) => writer.write({ kind: "do-responses", deed }),
    setResponseMode: (mode) => writer.write({ kind: "set-response-mode", mode }),
    addOwnFinding: (finding) => writer.write({ kind: "add-own-finding", finding }),
    resolveOwnFinding: (name) => writer.write({ kind: "resolve-own-finding", name }),
    putPolicy: (policy) => writer.write({ kind: "put-policy", policy }),
    deletePolicy: (tenant, name) => writer.write({ kind: "delete-policy", tenant, name }),
    acknowledgeFinding: (name, by) => writer.write({ kind: "acknowledge-finding", name, by }),
    suppressFinding: (name, by) => writer.write({ kind: "suppress-finding", name, by }),
    reopenFinding: (name) => writer.write({ kind: "reopen-finding", name }),
    addAudit: (entry) => writer.write({ kind: "add-audit", entry }),
    addCommand: (command) => writer.write({ kind: "add-command", command }),
    settleCommand: (settlement) => writer.write({ kind: "settle-command", settlement }),
    startRun: (run, proof) => writer.write({ kind: "start-run", run, proof }),
    useProof: (proof) => writer.write({ kind: "use-proof", proof }),
    appendBatch: (batch) => writer.write({ kind: "append-batch", batch }),
    finishRun: (end) => writer.write({ kind: "finish-run", end }),
    identifyRun: (found) => writer.write({ kind: "identify-run", found }),
    markSilent: (silence) => writer.write({ kind: "mark-silent", silence }),
    checkWritable: () => writer.write({ kind: "check" }),
    async keepFact(name, value) {
      await writer.write({ kind: "keep-fact", name, value });
      return reader.findFact(name) ?? value;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
