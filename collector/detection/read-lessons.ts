/** Reads what is stored of runs into their profiles, a part at a time. */
import type { GuardEvent } from "../../protocol/index.ts";
import type { PupilReader } from "../stores/baseline-store.ts";
import type { StoredBatch } from "../stores/event-store.ts";
import type { Pupil } from "./pupil.ts";

export interface LessonsOptions {
  readonly pupils: Pick<PupilReader, "listLessons">;
  readonly readEvents: (batch: StoredBatch) => readonly GuardEvent[];
  /** Of one look, so that others have their turn. */
  readonly eventsOfLook: number;
  /** Of one run. */
  readonly maxEvents: number;
}

export interface Lessons {
  /** Gives back whether that was all. */
  read(runId: string, pupil: Pupil): boolean;
  isTooLarge(pupil: Pupil): boolean;
  /** Of all runs. */
  readonly events: number;
}

/** Of which a profile is made. Batches that have no other are not read. */
const KINDS: readonly GuardEvent["kind"][] = [
  "guard-started",
  "guard-stopped",
  "heartbeat",
  "events-dropped",
  "process-started",
  "connection",
  "dns-query",
  "file-written",
  "finding",
  "secret-found",
];
const BATCHES_AT_ONCE = 8;

export function createLessons({
  pupils,
  readEvents,
  eventsOfLook,
  maxEvents,
}: LessonsOptions): Lessons {
  let all = 0;
  const fold = (batch: StoredBatch, pupil: Pupil): void => {
    for (const event of readEvents(batch)) {
      // A batch that was forgotten in between is read anew from where it begins.
      if (event.seq > pupil.seq) pupil.profile.add(event);
    }
    pupil.seq = batch.firstSeq + batch.count - 1;
    pupil.events += batch.count;
    all += batch.count;
  };
  const isTooLarge = ({ events }: Pupil): boolean => events >= maxEvents;
  return {
    isTooLarge,
    get events() {
      return all;
    },
    read(runId, pupil) {
      const until = pupil.events + eventsOfLook;
      while (pupil.events < until && !isTooLarge(pupil)) {
        const asked = { afterSeq: pupil.seq, kinds: KINDS, limit: BATCHES_AT_ONCE };
        const batches = pupils.listLessons(runId, asked);
        for (const batch of batches) fold(batch, pupil);
        if (batches.length < BATCHES_AT_ONCE) return true;
      }
      return isTooLarge(pupil);
    },
  };
}
