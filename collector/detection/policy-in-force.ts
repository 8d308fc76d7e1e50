/** Which policy is in force for a job: what the guard of one of its newest runs said of it as it began. */
import { setImmediate } from "node:timers/promises";

import {
  boundEgress,
  type EgressInForce,
  type GuardEvent,
  type Mode,
} from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { AskedJob } from "../stores/baseline-store.ts";
import type { EventStore, RunKey, StoredBatch, StoredRun } from "../stores/event-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";
import { toBaselineName } from "./baseline-name.ts";
import { isOfWhatTeaches } from "./decide-lesson.ts";
import type { LearnSettings } from "./detection-file.ts";
import { foldMatrix } from "./model/fold-matrix.ts";

export interface PolicyInForce {
  readonly run: StoredRun;
  readonly mode: Pick<Mode, "requested" | "effective">;
  readonly egress: EgressInForce;
}

/** Throws `not-found` and `storage-failed`. */
export type FindPolicyInForce = (tenant: string, asked: AskedJob) => Promise<PolicyInForce>;

export interface PolicyInForceOptions {
  readonly store: Pick<RunQueries, "findRuns"> & Pick<EventStore, "listBatches">;
  readonly readEvents: (batch: StoredBatch) => {
    readonly events: readonly GuardEvent[];
    readonly unpackedBytes: number;
  };
  readonly learn: LearnSettings;
}

/** Of the repository: a day of a busy one with a hundred jobs. */
const MAX_LOOKED = 1_000;
const RUNS_AT_ONCE = 200;
/** Of the job, of which a batch is unpacked each. */
const MAX_READ = 20;
/** As one page of events may: two batches of the largest, and all twenty of any honest guard. */
const MAX_UNPACKED_BYTES = 16_777_216;

export function createFindPolicyInForce({
  store,
  readEvents,
  learn,
}: PolicyInForceOptions): FindPolicyInForce {
  /** Only the first batch that may have it: guards say it before all else. */
  const read = (runId: string) => {
    for (const batch of store.listBatches(runId, { afterSeq: 0, kind: "guard-started" })) {
      const { events, unpackedBytes } = readEvents(batch);
      const started = events.find((event) => event.kind === "guard-started");
      return { started, unpackedBytes };
    }
    return { started: undefined, unpackedBytes: 0 };
  };
  return async (tenant, asked) => {
    const runs = await findRunsOf(store, tenant, asked);
    if (runs.length === 0) {
      const message = `of the repository's newest ${MAX_LOOKED} runs none is of such a job`;
      throw new RequestProblem("not-found", message);
    }
    let unpacked = 0;
    for (const run of runs.toSorted(compareBy(learn)).slice(0, MAX_READ)) {
      if (unpacked >= MAX_UNPACKED_BYTES) break;
      const { started, unpackedBytes } = read(run.id);
      unpacked += unpackedBytes;
      if (started?.egress !== undefined) {
        const { requested, effective } = started.mode;
        // Agents are strangers: one may have sent as much as an event holds.
        return { run, mode: { requested, effective }, egress: boundEgress(started.egress) };
      }
      await setImmediate();
    }
    throw new RequestProblem(
      "not-found",
      "no guard of the job's newest runs has said which policy it goes by: older versions do not",
    );
  };
}

/** The newest first. */
async function findRunsOf(
  store: Pick<RunQueries, "findRuns">,
  tenant: string,
  asked: AskedJob,
): Promise<readonly StoredRun[]> {
  const { repository } = asked;
  const found: StoredRun[] = [];
  let after: RunKey | undefined;
  for (let looked = 0; looked < MAX_LOOKED; looked += RUNS_AT_ONCE) {
    const page = store.findRuns(tenant, { repository }, { after, limit: RUNS_AT_ONCE });
    found.push(...page.items.filter((run) => isOf(run, asked)));
    after = page.next;
    if (after === undefined) break;
    await setImmediate();
  }
  return found;
}

function isOf(run: StoredRun, { workflow, job }: AskedJob): boolean {
  const name = toBaselineName(run);
  if (name === undefined) return false;
  return (
    (workflow === undefined || name.workflow === workflow) &&
    (job === undefined || name.job === foldMatrix(job))
  );
}

/**
 * Who has no more than a token can say anything of any job, and whoever opens a pull request can have changed the policy in it: what was proven
 * comes before what was not, and then what baselines are learned from. Those that are alike stay in their order.
 */
function compareBy(learn: LearnSettings) {
  const rank = (run: StoredRun): number =>
    (run.identity === null ? 2 : 0) + (isOfWhatTeaches(run, learn) ? 0 : 1);
  return (one: StoredRun, other: StoredRun): number => rank(one) - rank(other);
}
