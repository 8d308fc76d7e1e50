/** The command `baseline`: also while a collector is at work on the data, which learns on from what is there then. */
import { describeFaults } from "../describe-faults.ts";
import {
  type BaselineRecord,
  baselineRecordSchema,
  type StorableBaseline,
  toBaselineRecord,
  toStorable,
} from "../detection/baseline-record.ts";
import { createBaseline } from "../detection/model/baseline.ts";
import type { ModelSettings } from "../detection/model/model-settings.ts";
import { toContent, unpackBaseline } from "../detection/pack-baseline.ts";
import { type ShownBaseline, showBaseline } from "../detection/show-baseline.ts";
import { noteDeed } from "../detection/to-change-note.ts";
import { readUndamaged, toReset } from "../detection/to-reset.ts";
import { CollectorError, DamagedRow } from "../errors.ts";
import { readLines } from "../export/read-lines.ts";
import { findJsonFault } from "../find-json-fault.ts";
import { createApplyWrite } from "../storage/sqlite/apply-write.ts";
import { createBaselineReader } from "../storage/sqlite/baseline-reader.ts";
import { hasDatabase, openBeside, openForReading } from "../storage/sqlite/open-database.ts";
import type { ChangeAuthor } from "../stores/baseline-changes.ts";
import type {
  BaselineChange,
  BaselineFilter,
  BaselineReader,
  ListedBaseline,
  StoredBaseline,
} from "../stores/baseline-store.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";
import { findCommandUser, toCommandEntry } from "./command-entry.ts";
import { WrongLine } from "./wrong-line.ts";

const BASELINES_AT_ONCE = 500;
/** Whatever jobs did, a baseline is smaller. */
const MAX_LINE_BYTES = 16_777_216;
const AS_EXPORTED = "nothing was imported: take the file as `baseline export` writes it";

/** Throws `data-directory`. */
export function listBaselines(dataDir: string, filter: BaselineFilter): readonly ListedBaseline[] {
  return withReader(dataDir, (reader) => [...listAll(reader, filter)]);
}

/** Throws `data-directory`, and `usage` where there is none. */
export function findBaseline(dataDir: string, id: number, settings: ModelSettings): ShownBaseline {
  return withReader(dataDir, (reader) => {
    const stored = findStored(reader, id);
    return showBaseline(stored, tellOfDamage(stored), settings);
  });
}

/** Throws `data-directory`, `storage`, and `usage` where there is none. */
export function resetBaseline(
  dataDir: string,
  id: number,
  settings: ModelSettings,
): ListedBaseline {
  return withReader(dataDir, (reader) => {
    const { revision, ...name } = findStored(reader, id);
    const change = { ...toReset(name, toAuthor(), settings), name, revision, at: Date.now() };
    write(dataDir, [change], "baseline reset");
    return findStored(reader, id);
  });
}

/** Those of such ids, or all. */
export function* exportBaselines(
  dataDir: string,
  ids: readonly number[],
): Iterable<BaselineRecord> {
  using database = openKept(dataDir);
  const reader = createBaselineReader(database);
  const wanted = ids.length > 0 ? ids : [...listAll(reader, {})].map(({ id }) => id);
  for (const id of wanted) {
    const stored = findStored(reader, id);
    yield toBaselineRecord(stored, tellOfDamage(stored));
  }
}

export interface ImportedBaselines {
  imported: number;
  /** That are here, and were learned from as many runs or more. */
  known: number;
}

/** All of the file, or nothing. Throws `import` with the line that is wrong. */
export async function importBaselines(
  dataDir: string,
  chunks: AsyncIterable<Buffer>,
  { replaces, settings }: { readonly replaces: boolean; readonly settings: ModelSettings },
): Promise<ImportedBaselines> {
  using database = openKept(dataDir);
  const reader = createBaselineReader(database);
  const changes = new Map<string, BaselineChange>();
  const imported: ImportedBaselines = { imported: 0, known: 0 };
  for await (const { number, text } of readLines(chunks, MAX_LINE_BYTES, toTooLong)) {
    const { name, baseline } = atLine(number, () => readRecord(text));
    const here = reader.findBaselineOf(name.key);
    if (!replaces && here !== undefined && here.runs >= baseline.runs) {
      imported.known += 1;
      continue;
    }
    const content = toContent(baseline, settings);
    const revision = here?.revision ?? 0;
    const note = noteDeed("imported", toAuthor(), {
      before: here === undefined ? createBaseline() : readUndamaged(here.document),
      from: here?.state ?? "learning",
      after: baseline,
      settings,
    });
    changes.set(name.key, { name, content, revision, at: Date.now(), note });
  }
  imported.imported = changes.size;
  write(dataDir, [...changes.values()], "baseline import");
  return imported;
}

function withReader<Result>(dataDir: string, read: (reader: BaselineReader) => Result): Result {
  using database = openKept(dataDir);
  return read(createBaselineReader(database));
}

/** Throws `data-directory`. */
function openKept(dataDir: string): ReturnType<typeof openForReading> {
  assertDataDirectory(dataDir);
  if (hasDatabase(dataDir)) return openForReading(dataDir);
  const message = `${dataDir}: no collector has kept anything there yet; start it once with this --data-dir`;
  throw new CollectorError("data-directory", message);
}

function* listAll(reader: BaselineReader, filter: BaselineFilter): Iterable<ListedBaseline> {
  // Repositories have no case.
  const asked = filter.repository?.toLowerCase();
  let after: { readonly id: number } | undefined;
  do {
    const { items, next } = reader.listBaselines(undefined, filter, {
      after,
      limit: BASELINES_AT_ONCE,
    });
    for (const item of items) {
      if (asked === undefined || item.repository?.toLowerCase() === asked) yield item;
    }
    after = next;
  } while (after !== undefined);
}

function findStored(reader: BaselineReader, id: number): StoredBaseline {
  const stored = reader.findBaselineOfAny(id);
  if (stored !== undefined) return stored;
  throw new CollectorError(
    "usage",
    `${id}: there is no such baseline; \`baseline show\` lists them`,
  );
}

function tellOfDamage({ id, document }: StoredBaseline) {
  try {
    return unpackBaseline(document);
  } catch (error) {
    if (!(error instanceof DamagedRow)) throw error;
    const message = `baseline ${id}: ${error.message}; \`baseline reset ${id}\` begins it anew`;
    throw new CollectorError("data-directory", message, { cause: error });
  }
}

function toAuthor(): ChangeAuthor {
  return { ...findCommandUser(), owner: null, reason: null };
}

function write(dataDir: string, changes: readonly BaselineChange[], action: string): void {
  try {
    using database = openBeside(dataDir);
    if (database === undefined) throw new Error("no collector has made its tables there");
    const writes = createApplyWrite(database);
    database.exec("BEGIN IMMEDIATE");
    for (const change of changes) {
      writes.apply({ kind: "put-baseline", change });
      const { tenant, key } = change.name;
      writes.apply({ kind: "add-audit", entry: toCommandEntry({ tenant, action, target: key }) });
    }
    writes.finish();
    database.exec("COMMIT");
  } catch (error) {
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `${dataDir}: \`${action}\` cannot be written: ${why}`;
    throw new CollectorError("storage", message, { cause: error });
  }
}

function atLine<Result>(number: number, take: () => Result): Result {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof WrongLine)) throw error;
    const message = `line ${number}: ${error.message}; ${AS_EXPORTED}`;
    throw new CollectorError("import", message, { cause: error });
  }
}

function toTooLong(number: number): CollectorError {
  return new CollectorError("import", `line ${number}: it is longer than ${MAX_LINE_BYTES} bytes`);
}

function readRecord(text: string): StorableBaseline {
  const storable = toStorable(parseRecord(text));
  if (typeof storable === "string") throw new WrongLine(storable);
  return storable;
}

function parseRecord(text: string): BaselineRecord {
  const { data, error } = baselineRecordSchema.safeParse(parseJson(text), { reportInput: true });
  if (error === undefined) return data;
  throw new WrongLine(describeFaults(error.issues, baselineRecordSchema, "it"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = findJsonFault(text) ?? "";
    throw new WrongLine(`it is no JSON: ${fault.replace(/^line 1, /, "")}`);
  }
}
