/** A run of an export against the same one here: it is as far, or one of them is further, and nothing else differs. Each throws `WrongLine`. */
import type { BatchRecord, EndRecord, RunRecord } from "../export/archive.ts";
import { toCanonicalJson } from "../export/canonical-json.ts";
import { toRunRecord } from "../export/to-records.ts";
import type { EventStore, StoredRun } from "../stores/event-store.ts";
import { WrongLine } from "./wrong-line.ts";

type BatchHead = Pick<BatchRecord, "firstSeq" | "count" | "mac">;

/** But for the form of the file, and for what was removed since it was too old, which may be more in the one than in the other. */
export function assertSameRun(run: RunRecord, known: StoredRun): void {
  const here = toRunRecord(known);
  const differing = Object.entries(run)
    .filter(([name]) => name !== "removal" && name !== "format")
    .filter(([name, value]) => toCanonicalJson(value) !== toCanonicalJson(Reflect.get(here, name)))
    .map(([name]) => name);
  if (differing.length > 0) throw toOther(run.id, `with another ${differing.join(", ")}`);
  const removedSeq = run.removal?.seq ?? 0;
  if (removedSeq > known.acknowledged) {
    throw toOther(
      run.id,
      `with ${known.acknowledged} events, and those up to ${removedSeq} were removed from the file`,
    );
  }
}

/** Of a batch that is here. What was removed here is known by its last one alone. */
export function assertSameBatch(
  { firstSeq, count, mac }: BatchHead,
  { id, removal }: StoredRun,
  reader: Pick<EventStore, "findBatch">,
): void {
  const lastSeq = firstSeq + count - 1;
  if (removal !== null && lastSeq < removal.seq) return;
  const macHere =
    removal !== null && lastSeq === removal.seq ? removal.mac : reader.findBatch(id, firstSeq)?.mac;
  if (macHere !== mac) throw toOther(id, `with another batch ${firstSeq}`);
}

/** Of what comes behind the last batch that is here. */
export function assertGoesOn(lastMac: string, known: StoredRun): void {
  if (lastMac !== known.lastMac) throw toOther(known.id, "with other events");
  if (known.state === "over") {
    throw toOther(known.id, `and is over there with event ${known.acknowledged}`);
  }
}

export function assertSameEnd(
  { acknowledged, goodbye }: EndRecord,
  lastMac: string,
  known: StoredRun,
): void {
  if (acknowledged === known.acknowledged && lastMac !== known.lastMac) {
    throw toOther(known.id, "with other events");
  }
  if (goodbye === null) return;
  if (acknowledged < known.acknowledged) {
    throw toOther(known.id, `and goes on behind event ${acknowledged}, where the file's is over`);
  }
  if (known.goodbye !== null && known.goodbye.mac !== goodbye.mac) {
    throw toOther(known.id, "with another goodbye");
  }
}

function toOther(runId: string, how: string): WrongLine {
  return new WrongLine(
    `run ${runId} is here already, ${how}; to have both, import the file into an empty directory with a copy of this one's master.key`,
  );
}
