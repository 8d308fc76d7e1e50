/** Runs as lines, a batch at a time: however much there is, no more than one batch is in memory, and nobody who writes is held up. */
import type { GuardEvent } from "../../protocol/index.ts";
import type { CommandStore } from "../stores/command-store.ts";
import type { EventStore, StoredBatch, StoredRun } from "../stores/event-store.ts";
import type { SaidOfFinding } from "../stores/run-queries.ts";
import type { CommandRecord, EndRecord, TriageRecord, UnfinishedRecord } from "./archive.ts";
import { toEcs } from "./ecs.ts";
import { toOcsf } from "./ocsf.ts";
import { createRunSigner, type RunSigner } from "./run-signer.ts";
import { toBatchRecord, toCommandRecord, toEnd, toRunRecord } from "./to-records.ts";

export const EXPORT_FORMATS = ["ndjson", "ecs", "ocsf"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  readonly store: ExportedStore;
  readonly readEvents: (batch: StoredBatch) => { readonly events: readonly GuardEvent[] };
  readonly format: ExportFormat;
  /** That the run's own is made from. Throws where there is none. */
  readonly findMasterKey: (run: StoredRun) => Buffer;
  /** Resolves when the next line may come. */
  readonly write: (lines: string) => Promise<void>;
}

export interface ExportedStore
  extends Pick<EventStore, "listBatches">, Pick<CommandStore, "listCommands"> {
  /** Some of those behind that finding, or the first ones. */
  listSaid(runId: string, afterId: string | undefined): readonly SaidOfFinding[];
}

export interface Exported {
  events: number;
  batches: number;
}

/** One query's, which keeps the log of the database from being used again as long as it goes on. */
const BATCHES_AT_ONCE = 16;

/** What of a run is stored cannot be read; nothing is wrong with what is written. */
export class UnreadableRun extends Error {
  override readonly name = "UnreadableRun";
}

/** What was stored when it came by. Throws `UnreadableRun`. */
export async function exportRun(run: StoredRun, options: ExportOptions): Promise<Exported> {
  const { format, write, findMasterKey } = options;
  if (format !== "ndjson") return await writeBatches(run, options, undefined);
  const record = toRunRecord(run);
  const signer = readingRun(() => createRunSigner(findMasterKey(run), record));
  signer.add(record);
  await write(toLine(record));
  try {
    const exported = await writeBatches(run, options, signer);
    await writeSaid(run.id, options, signer);
    const end = toEnd(run);
    signer.add(end);
    await write(toLine({ ...end, signature: signer.sign() } satisfies EndRecord));
    return exported;
  } catch (error) {
    if (error instanceof UnreadableRun) {
      await write(toLine({ record: "unfinished", runId: run.id } satisfies UnfinishedRecord));
    }
    throw error;
  }
}

/** `signer`: batches are written as they are, too. */
async function writeBatches(
  run: StoredRun,
  { store, format, readEvents, write }: ExportOptions,
  signer: RunSigner | undefined,
): Promise<Exported> {
  const exported: Exported = { events: 0, batches: 0 };
  for (let afterSeq = run.removal?.seq ?? 0; afterSeq < run.acknowledged;) {
    const batches = readingRun(() => takeSome(store, run.id, afterSeq));
    if (batches.length === 0) throw toGap(afterSeq);
    for (const batch of batches) {
      if (batch.firstSeq !== afterSeq + 1) throw toGap(afterSeq);
      afterSeq += batch.count;
      const { events } = readingRun(() => readEvents(batch));
      const lines = readingRun(() =>
        events.map((event) => toLine(toEventLine(event, run, format))),
      );
      if (signer !== undefined) {
        const { content, ...head } = toBatchRecord(batch);
        signer.add(head);
        lines.unshift(toLine({ ...head, content }));
      }
      await write(lines.join(""));
      exported.events += events.length;
      exported.batches += 1;
    }
  }
  return exported;
}

/** Of the agent, and of findings: also of some whose events came since. */
async function writeSaid(
  runId: string,
  { store, write }: ExportOptions,
  signer: RunSigner,
): Promise<void> {
  const put = async (records: readonly (CommandRecord | TriageRecord)[]): Promise<void> => {
    for (const record of records) signer.add(record);
    await write(records.map(toLine).join(""));
  };
  for (let last = 0; ;) {
    const commands = readingRun(() => store.listCommands(runId, last));
    if (commands.length === 0) break;
    await put(commands.map(toCommandRecord));
    last = commands.at(-1)?.number ?? Infinity;
  }
  for (let last: string | undefined; ;) {
    const said = readingRun(() => store.listSaid(runId, last));
    if (said.length === 0) break;
    await put(said.map((one) => ({ record: "triage", ...one })));
    last = said.at(-1)?.id;
  }
}

/** Also where it was removed meanwhile, since it was too old. */
function toGap(afterSeq: number): UnreadableRun {
  return new UnreadableRun(`batch ${afterSeq + 1} is missing`);
}

function readingRun<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableRun(why, { cause: error });
  }
}

function takeSome(
  store: Pick<EventStore, "listBatches">,
  runId: string,
  afterSeq: number,
): readonly StoredBatch[] {
  const batches: StoredBatch[] = [];
  for (const batch of store.listBatches(runId, { afterSeq, kind: null })) {
    batches.push(batch);
    if (batches.length >= BATCHES_AT_ONCE) break;
  }
  return batches;
}

function toEventLine(event: GuardEvent, run: StoredRun, format: ExportFormat): object {
  if (format === "ecs") return toEcs(event, run);
  return format === "ocsf" ? toOcsf(event, run) : { record: "event", runId: run.id, event };
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
