/**
 * Looks at runs: what they do that their jobs never did is found while they go on, and what they teach is learned when they have ended.
 * What is stored is all that counts: after a SIGKILL a run is read again from its start, and is learned from once.
 */
import type { GuardEvent } from "../../protocol/index.ts";
import { isGraver } from "../../protocol/severities.ts";
import type {
  BaselineName,
  BaselineReader,
  PupilReader,
  PupilRun,
  RunLesson,
} from "../stores/baseline-store.ts";
import type { StoredBatch } from "../stores/event-store.ts";
import { toBaselineName } from "./baseline-name.ts";
import { decideLesson, GRAVE } from "./decide-lesson.ts";
import { type DetectionSettings, toModelSettings } from "./detection-file.ts";
import { createJobBaselines } from "./job-baselines.ts";
import { createLiveProfiles } from "./live-profiles.ts";
import type { Anomaly } from "./model/anomaly.ts";
import { type Baseline, createBaseline } from "./model/baseline.ts";
import { toState } from "./model/describe-state.ts";
import { judge } from "./model/judge.ts";
import { learn } from "./model/learn.ts";
import { createRunProfile, type RunProfile } from "./model/run-profile.ts";
import { toContent } from "./pack-baseline.ts";
import type { DetectionFigures, DetectionWrite } from "./thread-messages.ts";

export interface DetectorOptions {
  readonly pupils: PupilReader;
  readonly baselines: Pick<BaselineReader, "findBaselineOf" | "findRevision">;
  readonly readEvents: (batch: StoredBatch) => readonly GuardEvent[];
  readonly settings: DetectionSettings;
  /** Resolves when all is on disk. */
  readonly write: (writes: readonly DetectionWrite[]) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Detector {
  /** False: there is more of it to be looked at. */
  look(runId: string): Promise<boolean>;
  /** Nothing is judged of a run whose job is still learned, until it has ended. */
  mayJudge(runId: string): boolean;
  /** What is known of it by now: it is read again from its start. */
  forget(runId: string): void;
  /** It cannot be read: it is settled, and teaches nothing. */
  giveUp(runId: string): Promise<void>;
  readonly figures: Omit<DetectionFigures, "behind" | "lagMs">;
}

/** Who is silent for so long does not come back: what he has sent until then is judged, and teaches nothing. */
export const SILENT_FOR_GOOD_MS = 3_600_000;
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
/** Some hundred kilobytes each, 12 MB at most, and some 250 MB together. */
const LIVE_BOUNDS = { maxProfiles: 256, maxWeight: 500_000, maxLeftToEnd: 50_000 };
const MAX_BASELINES = 64;
/** Of one look, so that others have their turn: some 100 ms. */
const EVENTS_OF_LOOK = 20_000;
const BATCHES_AT_ONCE = 8;
/** An hour of reading would be for nothing: what does more than this is like nothing that it did before. */
const MAX_EVENTS = 5_000_000;
/** Of one run. Who does a hundred new things is told of by the first. */
const MAX_FINDINGS = 64;
/** Of a run that does nothing new, and goes on. */
const JUDGED_EACH_MS = 10_000;
const MAX_IDLE = 100_000;
/** Somebody else has changed the baseline meanwhile, an operator say. */
const MAX_TRIES = 4;

interface Pupil {
  readonly profile: RunProfile;
  /** What was folded last. */
  seq: number;
  events: number;
  /** Of the profile, when it was judged last. */
  judgedRevision: number;
  judgedAt: number;
  findings: number;
}

export function createDetector(options: DetectorOptions): Detector {
  const { pupils, readEvents, settings, write, now } = options;
  const model = toModelSettings(settings);
  const live = createLiveProfiles<Pupil>(LIVE_BOUNDS);
  const jobs = createJobBaselines(options.baselines, MAX_BASELINES);
  const idle = new Set<string>();
  const anomalies: Record<string, number> = {};
  const lessons: Partial<Record<RunLesson, number>> = {};
  let events = 0;

  const forget = (runId: string): void => {
    live.forget(runId);
    idle.delete(runId);
  };
  const settle = async (
    { id: runId }: Pick<PupilRun, "id">,
    lesson: RunLesson,
    key: string | null,
  ): Promise<boolean> => {
    await write([{ kind: "teach", taught: { runId, lesson, key, change: null, at: now() } }]);
    lessons[lesson] = (lessons[lesson] ?? 0) + 1;
    forget(runId);
    return true;
  };
  const rest = (runId: string): boolean => {
    if (idle.size < MAX_IDLE) idle.add(runId);
    return true;
  };
  /** Gives back whether that was all. */
  const read = (run: PupilRun, pupil: Pupil): boolean => {
    const until = pupil.events + EVENTS_OF_LOOK;
    while (pupil.events < until && pupil.events < MAX_EVENTS) {
      const batches = pupils.listLessons(run.id, {
        afterSeq: pupil.seq,
        kinds: KINDS,
        limit: BATCHES_AT_ONCE,
      });
      for (const batch of batches) {
        for (const event of readEvents(batch)) {
          // A batch that was forgotten in between is read anew from where it begins.
          if (event.seq > pupil.seq) pupil.profile.add(event);
        }
        pupil.seq = batch.firstSeq + batch.count - 1;
        pupil.events += batch.count;
        events += batch.count;
      }
      if (batches.length < BATCHES_AT_ONCE) return true;
    }
    return pupil.events >= MAX_EVENTS;
  };
  const tell = async (run: PupilRun, pupil: Pupil, found: readonly Anomaly[]): Promise<void> => {
    const writes: DetectionWrite[] = [];
    for (const { id, rule, severity, message, technique, evidence } of found) {
      if (pupil.findings >= MAX_FINDINGS) break;
      const known = pupils.findSeverity({ runId: run.id, id });
      if (known !== undefined && !isGraver(severity, known)) continue;
      if (known === undefined) {
        pupil.findings += 1;
        anomalies[rule] = (anomalies[rule] ?? 0) + 1;
      }
      const finding = { runId: run.id, id, rule, severity, message, technique, evidence };
      writes.push({ kind: "find", finding: { ...finding, at: now() } });
    }
    if (writes.length > 0) await write(writes);
  };
  /** How long a run takes is by its own events: one that comes late because a collector was away took no longer for that. */
  const judgeRun = async (run: PupilRun, pupil: Pupil, baseline: Baseline): Promise<void> => {
    const at = now();
    const { revision } = pupil.profile;
    const isNew = revision !== pupil.judgedRevision || at - pupil.judgedAt >= JUDGED_EACH_MS;
    if (!isNew && !hasEnded(run, at)) return;
    const found = judge(pupil.profile, baseline, {
      settings: model,
      isOpen: (id) => pupils.isFindingOpen({ runId: run.id, id }, at),
    });
    // Of what changes all the time there is nothing to tell.
    await tell(
      run,
      pupil,
      found.filter(({ severity }) => severity !== "info"),
    );
    pupil.judgedRevision = revision;
    pupil.judgedAt = at;
  };
  /** False: something else was learned meanwhile, each time. */
  const teach = async (
    run: PupilRun,
    name: BaselineName,
    profile: RunProfile,
  ): Promise<boolean> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { revision, baseline = createBaseline() } = jobs.find(name.key);
      const at = now();
      const learned = learn(baseline, profile, at, model);
      const content = toContent(learned, model);
      const change = { name, content, revision, at };
      const taught = { runId: run.id, lesson: "learned", key: name.key, change, at } as const;
      await write([{ kind: "teach", taught }]);
      if (pupils.findPupil(run.id)?.lesson === null) continue;
      jobs.keep(name.key, { revision: revision + 1, baseline: learned });
      return true;
    }
    return false;
  };
  /** Of a run that has ended and was read. */
  const conclude = async (run: PupilRun, name: BaselineName, pupil: Pupil): Promise<boolean> => {
    const lesson = decideEnd(run, pupil);
    if (lesson !== "learned") return settle(run, lesson, name.key);
    if (!(await teach(run, name, pupil.profile))) return false;
    lessons.learned = (lessons.learned ?? 0) + 1;
    forget(run.id);
    return true;
  };
  const decideEnd = (run: PupilRun, { events: read_, profile }: Pupil): RunLesson => {
    const lesson = decideLesson(run, settings.learn);
    if (lesson !== "learned") return lesson;
    if (read_ >= MAX_EVENTS) return "too-large";
    if (run.state !== "over" || !profile.isWhole) return "incomplete";
    return pupils.hasOpenFinding(run.id, GRAVE, now()) ? "finding" : "learned";
  };

  return {
    forget,
    mayJudge: (runId) => !idle.has(runId),
    giveUp: async (runId) => void (await settle({ id: runId }, "incomplete", null)),
    get figures() {
      const { leftToEnd } = live;
      return { events, anomalies: { ...anomalies }, lessons: { ...lessons }, leftToEnd };
    },
    async look(runId) {
      const run = pupils.findPupil(runId);
      if (run === undefined || run.lesson !== null) {
        forget(runId);
        return true;
      }
      const isOver = hasEnded(run, now());
      const name = toBaselineName(run);
      if (name === undefined) return isOver ? settle(run, "no-job", null) : rest(runId);
      const { baseline } = jobs.find(name.key);
      const isJudged = baseline !== undefined && toState(baseline, model) !== "learning";
      if (!isOver && !isJudged) return rest(runId);
      const lesson = decideLesson(run, settings.learn);
      if (!isJudged && lesson !== "learned") return settle(run, lesson, name.key);
      if (!isOver && live.isLeftToEnd(runId)) return true;
      const pupil = live.find(runId) ?? begin();
      live.keep(runId, pupil);
      const isAll = read(run, pupil);
      // One that is over is done with soon; begun anew whenever it had to make room it might never be.
      if (!isOver) live.weigh(runId, pupil.profile.weight);
      if (isJudged) await judgeRun(run, pupil, baseline);
      if (!isAll) return false;
      return isOver ? conclude(run, name, pupil) : true;
    },
  };
}

function begin(): Pupil {
  return {
    profile: createRunProfile(),
    seq: 0,
    events: 0,
    judgedRevision: -1,
    judgedAt: 0,
    findings: 0,
  };
}

function hasEnded({ state, lastSeenAt }: PupilRun, now: number): boolean {
  return state === "over" || (state === "silent" && lastSeenAt < now - SILENT_FOR_GOOD_MS);
}
