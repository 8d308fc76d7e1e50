/**
 * Removes what is too old, or only counts it. In pieces with pauses between them: what agents send comes first. What evidence there is of
 * findings that nobody has dealt with stays, however old it is.
 */
import type {
  AgingBaseline,
  AgingBatch,
  AgingRun,
  AgingReader,
  BatchRemoval,
  Remover,
  UseRemoval,
} from "../stores/retention-store.ts";
import { getAges, type RetentionAges, type RetentionRules } from "./retention-ages.ts";

export interface Removed {
  batches: number;
  batchBytes: number;
  runs: number;
  /** Rows of what is counted of jobs and days. */
  uses: number;
  auditEntries: number;
  /** Of jobs that have had no run for so long. */
  baselines: number;
  /** Runs that are old enough, and stay for their open findings. */
  runsKept: number;
  /** Of the file. */
  pagesGivenBack: number;
}

export interface RemoveOldOptions {
  readonly store: AgingReader;
  /** Undefined: nothing is removed. */
  readonly remover: Remover | undefined;
  readonly rules: RetentionRules;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly sign: (run: AgingRun, removal: Omit<BatchRemoval, "signature">) => string;
  /** Waits between two pieces; told how long the last one took, in milliseconds. */
  readonly pause: (tookMs: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly uptime: () => number;
}

const MS_A_DAY = 86_400_000;
/** Of a piece; storage has the same bound for runs. */
const BATCHES = 64;
const RUNS = 100;
const JOBS = 100;
const USES = 500;
const AUDIT_ENTRIES = 500;
const BASELINES = 100;
const PAGES = 256;
/** What comes next uses them. */
const FREE_PAGES_KEPT = 1_024;

/** What was removed until then, also where it was told to end before it was done. */
export async function removeOld(options: RemoveOldOptions): Promise<Removed> {
  const removed: Removed = {
    batches: 0,
    batchBytes: 0,
    runs: 0,
    uses: 0,
    auditEntries: 0,
    baselines: 0,
    runsKept: 0,
    pagesGivenBack: 0,
  };
  const work = { ...options, removed, write: createPacedWrite(options) };
  await removeOldBatches(work);
  await removeOldRuns(work);
  await removeOldUses(work);
  await removeOldAudit(work);
  await removeOldBaselines(work);
  await giveBackSpace(work);
  return removed;
}

interface Work extends RemoveOldOptions {
  readonly removed: Removed;
  readonly write: (write: (remover: Remover) => Promise<void>) => Promise<void>;
}

function createPacedWrite({ remover, pause, uptime }: RemoveOldOptions): Work["write"] {
  return async (write) => {
    if (remover === undefined) return;
    const startedAt = uptime();
    await write(remover);
    await pause(uptime() - startedAt);
  };
}

async function removeOldBatches(work: Work): Promise<void> {
  const { store, rules, removed } = work;
  for (const run of listRuns(work, "events", (page) => store.listRunsWithBatches(page))) {
    if (work.signal.aborted) return;
    const before = toMoment(work.now, getAges(rules, run.tenant).events);
    if (run.hasOpenFindings) {
      if (run.startedAt < before) removed.runsKept += 1;
      continue;
    }
    await removeBatchesOf(run, before, work);
  }
}

async function removeBatchesOf(run: AgingRun, before: number, work: Work): Promise<void> {
  const { store, removed, sign, write } = work;
  for (let afterSeq = 0; !work.signal.aborted;) {
    const batches = store.listAgingBatches(run.id, afterSeq, BATCHES);
    // Those behind one that stays do so as well: what is left is the end of the chain, without a gap.
    const old = takeWhile(batches, ({ receivedAt }) => receivedAt < before);
    const last = old.at(-1);
    if (last === undefined) return;
    const removal = { runId: run.id, seq: last.firstSeq + last.count - 1, mac: last.mac };
    const signature = sign(run, removal);
    await write((remover) => remover.removeBatches({ ...removal, signature }));
    removed.batches += old.length;
    for (const { bytes } of old) removed.batchBytes += bytes;
    if (old.length < BATCHES) return;
    afterSeq = removal.seq;
  }
}

function takeWhile(
  batches: readonly AgingBatch[],
  isOld: (batch: AgingBatch) => boolean,
): readonly AgingBatch[] {
  const end = batches.findIndex((batch) => !isOld(batch));
  return end === -1 ? batches : batches.slice(0, end);
}

async function removeOldRuns(work: Work): Promise<void> {
  const { store, rules, removed, write } = work;
  for (const run of listRuns(work, "runs", (page) => store.listRunsOfAge(page))) {
    if (work.signal.aborted) return;
    const before = toMoment(work.now, getAges(rules, run.tenant).runs);
    if (run.hasOpenFindings || run.startedAt >= before || run.lastSeenAt >= before) continue;
    await write((remover) => removeWholeRun(run.id, remover, work));
    removed.runs += 1;
  }
}

async function removeWholeRun(
  runId: string,
  remover: Remover,
  { store, pause, signal, uptime }: Work,
): Promise<void> {
  for (;;) {
    const startedAt = uptime();
    await remover.removeRun(runId);
    if (signal.aborted || !store.hasRun(runId)) return;
    await pause(uptime() - startedAt);
  }
}

type ListRuns = (page: Parameters<AgingReader["listRunsOfAge"]>[0]) => readonly AgingRun[];

/** All that are old enough by the shortest age that any tenant has. */
function* listRuns({ now, rules }: Work, kind: keyof RetentionAges, list: ListRuns) {
  const ages = [rules.usual, ...rules.ofTenants.values()].map((one) => one[kind]);
  const before = toMoment(now, Math.min(...ages));
  for (let after: AgingRun | undefined; ;) {
    const runs = list({ before, after, now, limit: RUNS });
    yield* runs;
    after = runs.at(-1);
    if (after === undefined) return;
  }
}

async function removeOldUses(work: Work): Promise<void> {
  const { store, rules } = work;
  for (let after = 0; !work.signal.aborted;) {
    const jobs = store.listJobs(after, JOBS);
    for (const { id: job, tenant } of jobs) {
      const before = toDay(toMoment(work.now, getAges(rules, tenant).runs));
      await removeUsesOf({ job, before }, work);
    }
    const last = jobs.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function removeUsesOf(removal: UseRemoval, work: Work): Promise<void> {
  const { store, remover, removed, write, signal } = work;
  if (remover === undefined) {
    removed.uses += store.countOldUses(removal, Number.MAX_SAFE_INTEGER);
    return;
  }
  while (!signal.aborted) {
    // Of each of the tables no more than what one removal takes.
    const rows = store.countOldUses(removal, USES);
    if (rows === 0) return;
    await write((to) => to.removeUses(removal));
    removed.uses += rows;
  }
}

async function removeOldAudit(work: Work): Promise<void> {
  const { store, rules, removed, write } = work;
  for (const tenant of store.listAuditTenants()) {
    const before = toMoment(work.now, getAges(rules, tenant).audit);
    for (let after = 0; !work.signal.aborted;) {
      const old = store.findOldAudit(tenant, { after, before, limit: AUDIT_ENTRIES });
      if (old === undefined) break;
      after = old.upTo;
      await write((remover) => remover.removeAudit(tenant, old.upTo));
      removed.auditEntries += old.entries;
    }
  }
}

async function removeOldBaselines(work: Work): Promise<void> {
  const { store, rules, removed, write } = work;
  const ages = [rules.usual, ...rules.ofTenants.values()].map(({ runs }) => runs);
  const before = toMoment(work.now, Math.min(...ages));
  for (let after: AgingBaseline | undefined; !work.signal.aborted;) {
    const page = store.listAgingBaselines({ before, after, limit: BASELINES });
    for (const baseline of page) {
      if (work.signal.aborted) return;
      if (baseline.usedAt >= toMoment(work.now, getAges(rules, baseline.tenant).runs)) continue;
      await write((remover) => remover.removeBaseline(baseline));
      removed.baselines += 1;
    }
    after = page.at(-1);
    if (after === undefined) return;
  }
}

async function giveBackSpace({
  store,
  remover: given,
  removed,
  write,
  signal,
}: Work): Promise<void> {
  if (given === undefined) return;
  let before = Number.POSITIVE_INFINITY;
  for (let free = store.countFreePages(); free > FREE_PAGES_KEPT; free = store.countFreePages()) {
    // A file of an earlier version keeps its space, and uses it again.
    if (signal.aborted || free >= before) return;
    before = free;
    const pages = Math.min(PAGES, free - FREE_PAGES_KEPT);
    await write((remover) => remover.giveBack(pages));
    removed.pagesGivenBack += pages;
  }
}

function toMoment(now: number, days: number): number {
  return now - days * MS_A_DAY;
}

function toDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, "2026-01-31".length);
}
