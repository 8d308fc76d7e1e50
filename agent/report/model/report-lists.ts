import type { GuardEventOf } from "../../../protocol/events.ts";
import type { ReportLimits } from "../report-limits.ts";
import { type CappedList, createCappedList } from "./capped-list.ts";
import { createConnectionFolding } from "./connection-folding.ts";
import { createDnsFolding } from "./dns-folding.ts";
import { createFileFolding, createFileReadFolding } from "./file-folding.ts";
import { createFindingList, type FindingList } from "./finding-list.ts";
import { createFoldedList, type FoldedList } from "./folded-list.ts";
import { createPrivilegedFolding, memoryAccessFolding } from "./intrusion-folding.ts";
import { createLossCounts, type LossCounts } from "./loss-counts.ts";
import { createProcessList, type ProcessList } from "./process-list.ts";
import type {
  ReportedConnection,
  ReportedDnsQuery,
  ReportedFile,
  ReportedFileRead,
  ReportedMemoryAccess,
  ReportedPrivilegedOperation,
  ReportedResources,
  ReportedSecret,
} from "./reported-lists.ts";
import { createSecretFolding } from "./secret-folding.ts";
import { createTextAllowance } from "./text-allowance.ts";

export interface ReportLists {
  readonly processes: ProcessList;
  readonly connections: FoldedList<GuardEventOf<"connection">, ReportedConnection>;
  readonly dnsQueries: FoldedList<GuardEventOf<"dns-query">, ReportedDnsQuery>;
  readonly files: FoldedList<GuardEventOf<"file-written">, ReportedFile>;
  readonly fileReads: FoldedList<GuardEventOf<"file-read">, ReportedFileRead>;
  readonly memoryAccesses: FoldedList<GuardEventOf<"memory-access">, ReportedMemoryAccess>;
  readonly privilegedOperations: FoldedList<
    GuardEventOf<"privileged-operation">,
    ReportedPrivilegedOperation
  >;
  readonly findings: FindingList;
  readonly secrets: FoldedList<GuardEventOf<"secret-found">, ReportedSecret>;
  readonly resources: CappedList<ReportedResources>;
  readonly losses: LossCounts;
  addResources(event: GuardEventOf<"resource-sample">): void;
}

/** Sensors and queues have a handful of reasons for a loss and a dozen kinds of things to lose. */
const MAX_LOSS_NAMES = 100;

export function createReportLists(limits: ReportLimits): ReportLists {
  const text = createTextAllowance(limits.text);
  const others = { entries: limits.others, reserved: 0 };
  const resources = createCappedList<ReportedResources>(limits.others);
  return {
    processes: createProcessList(text, limits),
    connections: createFoldedList(createConnectionFolding(text), {
      entries: limits.connections,
      reserved: limits.reservedConnections,
    }),
    dnsQueries: createFoldedList(createDnsFolding(text, limits.dnsAnswers), {
      entries: limits.others,
      reserved: limits.reservedDnsQueries,
    }),
    files: createFoldedList(createFileFolding(text), { entries: limits.files, reserved: 0 }),
    fileReads: createFoldedList(createFileReadFolding(text), others),
    memoryAccesses: createFoldedList(memoryAccessFolding, others),
    privilegedOperations: createFoldedList(createPrivilegedFolding(text), others),
    findings: createFindingList(text, limits),
    secrets: createFoldedList(createSecretFolding(text), {
      entries: limits.others,
      reserved: limits.reservedSecrets,
    }),
    resources,
    losses: createLossCounts(MAX_LOSS_NAMES),
    addResources: ({ seq: _seq, kind: _kind, ...sample }) => resources.add(sample),
  };
}
