/** What operators do with baselines. */
import { z } from "zod";

import { DamagedRow, RequestProblem } from "../errors.ts";
import type { ChangeAuthor, StoredChange } from "../stores/baseline-changes.ts";
import type { AskedJob, BaselineStore, StoredBaseline } from "../stores/baseline-store.ts";
import type { EventStore, Page } from "../stores/event-store.ts";
import type { Answerable, Found, RunQueries, ShownFinding } from "../stores/run-queries.ts";
import { toBaselineName } from "./baseline-name.ts";
import { type DetectionSettings, toModelSettings } from "./detection-file.ts";
import { type Baseline, createBaseline } from "./model/baseline.ts";
import { expect } from "./model/expect.ts";
import { toContent, unpackBaseline } from "./pack-baseline.ts";
import { type ShownBaseline, showBaseline } from "./show-baseline.ts";
import { suggestOfJobs } from "./suggest-of-jobs.ts";
import type { SuggestedPolicy } from "./suggest-policy.ts";
import { noteExpectation } from "./to-change-note.ts";
import { toReset } from "./to-reset.ts";

/** All throw `not-found`, and `storage-failed` for one that is damaged. */
export interface Baselines {
  show(tenant: string, id: number): ShownBaseline;
  /** What changed in it, the newest first. */
  listChanges(tenant: string, id: number, page: Page<number>): Found<StoredChange, number>;
  /** It learns anew. */
  reset(tenant: string, id: number, by: ChangeAuthor): Promise<ShownBaseline>;
  /** What was found is what the job does from now on. Throws `bad-request` for what no baseline found. */
  expect(tenant: string, finding: ShownFinding, by: Answerable): Promise<void>;
  /** One of a tenant at a time; all others throw `too-fast`. */
  suggest(tenant: string, asked: AskedJob): Promise<SuggestedPolicy>;
}

export interface BaselinesOptions {
  readonly store: BaselineStore & Pick<EventStore, "findRun"> & Pick<RunQueries, "showFinding">;
  readonly settings: DetectionSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A run of the job teaches at the same moment. */
const MAX_TRIES = 5;
/** Of one suggestion: more jobs than a repository has. */
const MAX_JOBS = 1_000;

export function createBaselines({ store, settings, now }: BaselinesOptions): Baselines {
  const model = toModelSettings(settings);
  const suggesting = new Set<string>();
  const find = (tenant: string, id: number): StoredBaseline => {
    const stored = store.findBaseline(tenant, id);
    if (stored !== undefined) return stored;
    throw new RequestProblem("not-found", "there is no such baseline");
  };
  const showFound = (stored: StoredBaseline): ShownBaseline =>
    showBaseline(stored, read(stored), model);
  const show = (tenant: string, id: number): ShownBaseline => showFound(find(tenant, id));
  return {
    show,
    listChanges: (tenant, id, page) => store.listChanges(find(tenant, id).id, page),
    async reset(tenant, id, by) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const { revision, ...name } = find(tenant, id);
        await store.putBaseline({ ...toReset(name, by, model), name, revision, at: now() });
        const after = find(tenant, id);
        if (after.revision === revision + 1 && after.runs === 0) return show(tenant, id);
      }
      throw toBusy(CHANGING);
    },
    async expect(tenant, { runId, id, madeBy, evidence, rule, message }, by) {
      const run = store.findRun(tenant, runId);
      const name = run === undefined ? undefined : toBaselineName(run);
      // What a guard tells may look alike.
      const cause = madeBy === "collector" ? readCause(evidence) : undefined;
      if (name === undefined || cause === undefined) throw toNoAnomaly();
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const stored = store.findBaselineOf(name.key);
        const before = stored === undefined ? createBaseline() : read(stored);
        const after = expect(before, cause, by.at);
        if (after === undefined) throw toNoAnomaly();
        const revision = stored?.revision ?? 0;
        const from = stored?.state ?? "learning";
        const note = noteExpectation(
          { name: { runId, id }, rule, message, by },
          { before, from, after, settings: model },
        );
        const change = { name, content: toContent(after, model), revision, at: by.at, note };
        await store.expectFinding({ name: { runId, id }, by, change });
        const settled = store.showFinding(tenant, { runId, id }, by.at);
        if (settled?.expected?.at === by.at) return;
      }
      throw toBusy(CHANGING);
    },
    async suggest(tenant, asked) {
      if (suggesting.has(tenant)) throw toBusy("another policy is being suggested");
      const jobs = store.findBaselinesOf(tenant, asked, MAX_JOBS).filter(({ runs }) => runs > 0);
      if (jobs.length === 0) {
        throw new RequestProblem("not-found", "nothing was learned of such a job");
      }
      suggesting.add(tenant);
      try {
        return await suggestOfJobs(jobs, ({ id }) => {
          const stored = store.findBaseline(tenant, id);
          return stored === undefined ? undefined : read(stored);
        });
      } finally {
        suggesting.delete(tenant);
      }
    },
  };
}

/** Throws `storage-failed`. */
function read({ document }: StoredBaseline): Baseline {
  try {
    return unpackBaseline(document);
  } catch (error) {
    if (!(error instanceof DamagedRow)) throw error;
    const message = `${error.message}; it can be reset`;
    throw new RequestProblem("storage-failed", message, { cause: error });
  }
}

const evidenceSchema = z.object({ cause: z.unknown() });

/** As the model has put it there. */
function readCause(evidence: string | null): unknown {
  try {
    return evidenceSchema.safeParse(JSON.parse(evidence ?? "null")).data?.cause;
  } catch {
    return undefined;
  }
}

function toNoAnomaly(): RequestProblem {
  return new RequestProblem(
    "bad-request",
    "no baseline found this, so none can expect it; it can be suppressed",
  );
}

const CHANGING = "runs of the job change the baseline";

function toBusy(why: string): RequestProblem {
  return new RequestProblem("too-fast", `${why}; try again`, {
    retryAfterSeconds: 1,
  });
}
