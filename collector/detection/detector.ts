/**
 * Looks at runs: what they do that their jobs never did is found while they go on, and what they teach is learned when they have ended.
 * What is stored is all that counts: after a SIGKILL a run is read again from its start, and is learned from once.
 */
import type { GuardEvent } from "../../protocol/index.ts";
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
import type { Baseline } from "./model/baseline.ts";
import { toState } from "./model/describe-state.ts";
import { judge } from "./model/judge.ts";
import { beginPupil, type Pupil } from "./pupil.ts";
import { createLessons } from "./read-lessons.ts";
import { teachRun } from "./teach-run.ts";
import { createTeller } from "./tell-anomalies.ts";
import type { DetectionFigures, DetectionWrite } from "./thread-messages.ts";

export interface DetectorOptions {
  readonly pupils: PupilReader;
  readonly baselines: Pick<BaselineReader, "findBaselineOf" | "findRevision">;
  readonly readEvents: (batch: StoredBatch) => readonly GuardEvent[];
  readonly settings: DetectionSettings;
  /** Resolves when all is on disk. */
  readonly write: (writes: readonly DetectionWrite[]) => Promise<void>;
  /** It is over, and what was found in it is not answered yet: called before `look` resolves. */
  readonly lookLater: (runId: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly bounds?: Partial<DetectorBounds>;
}

export interface DetectorBounds {
  /** Of one look, so that others have their turn. */
  readonly eventsOfLook: number;
  /** Of one run. */
  readonly maxEvents: number;
  /** Profiles of runs that go on. */
  readonly maxProfiles: number;
  /** Runs that are over and read at a time, however many wait. */
  readonly maxEndings: number;
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
const USUAL_BOUNDS: DetectorBounds = {
  // Some 100 ms.
  eventsOfLook: 20_000,
  // An hour of reading would be for nothing: what does more than this is like nothing that it did before.
  maxEvents: 5_000_000,
  // Some hundred kilobytes each, 12 MB at most.
  maxProfiles: 256,
  maxEndings: 8,
};
/** Entries of all profiles of runs that go on: 235 MB where each is as long as it may be, and less than half where they are addresses. */
const MAX_WEIGHT = 500_000;
const MAX_LEFT_TO_END = 50_000;
const MAX_BASELINES = 64;
/** Of a run that does nothing new, and goes on. */
const JUDGED_EACH_MS = 10_000;
const MAX_IDLE = 100_000;

export function createDetector(options: DetectorOptions): Detector {
  const { pupils, settings, write, lookLater, now } = options;
  const bounds = { ...USUAL_BOUNDS, ...options.bounds };
  const model = toModelSettings(settings);
  const live = createLiveProfiles<Pupil>({
    maxProfiles: bounds.maxProfiles,
    maxWeight: MAX_WEIGHT,
    maxLeftToEnd: MAX_LEFT_TO_END,
  });
  // What is over makes room for nobody: begun anew whenever it had to, it might never be done.
  const endings = new Map<string, Pupil>();
  const jobs = createJobBaselines(options.baselines, MAX_BASELINES);
  const reading = createLessons({ ...options, ...bounds });
  const teller = createTeller(options);
  const idle = new Set<string>();
  const lessons: Partial<Record<RunLesson, number>> = {};

  const forget = (runId: string): void => {
    live.forget(runId);
    endings.delete(runId);
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
  /** It makes room for others meanwhile, and is read again. */
  const postpone = (runId: string): boolean => {
    forget(runId);
    lookLater(runId);
    return true;
  };
  const rest = (runId: string): boolean => {
    // It had been silent for long, and has come back.
    endings.delete(runId);
    if (idle.size < MAX_IDLE) idle.add(runId);
    return true;
  };
  /** Undefined: it is over, and others that are have to be done first. */
  const take = (runId: string, isOver: boolean): Pupil | undefined => {
    const pupil = endings.get(runId) ?? live.find(runId) ?? beginPupil();
    if (!isOver) {
      endings.delete(runId);
      live.keep(runId, pupil);
      return pupil;
    }
    if (!endings.has(runId) && endings.size >= bounds.maxEndings) return undefined;
    live.forget(runId);
    endings.set(runId, pupil);
    return pupil;
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
    await teller.tell(run.id, pupil, found);
    pupil.judgedRevision = revision;
    pupil.judgedAt = at;
  };
  /** Of a run that has ended and was read. */
  const conclude = async (run: PupilRun, name: BaselineName, pupil: Pupil): Promise<boolean> => {
    if (pupils.isUnanswered(run.id)) return postpone(run.id);
    const lesson = decideEnd(run, pupil);
    if (lesson !== "learned") return settle(run, lesson, name.key);
    const { profile } = pupil;
    if (!(await teachRun(run.id, name, { profile, pupils, jobs, model, write, now }))) return false;
    lessons.learned = (lessons.learned ?? 0) + 1;
    forget(run.id);
    return true;
  };
  const decideEnd = (run: PupilRun, pupil: Pupil): RunLesson => {
    const lesson = decideLesson(run, settings.learn);
    if (lesson !== "learned") return lesson;
    if (reading.isTooLarge(pupil)) return "too-large";
    if (run.state !== "over" || !pupil.profile.isWhole) return "incomplete";
    return pupils.hasOpenFinding(run.id, GRAVE, now()) ? "finding" : "learned";
  };

  return {
    forget,
    mayJudge: (runId) => !idle.has(runId),
    giveUp: async (runId) => void (await settle({ id: runId }, "incomplete", null)),
    get figures() {
      const { leftToEnd } = live;
      const { events } = reading;
      return {
        events,
        anomalies: { ...teller.anomalies },
        lessons: { ...lessons },
        leftToEnd,
      };
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
      if (isOver && pupils.isUnanswered(runId)) return postpone(runId);
      if (!isOver && !isJudged) return rest(runId);
      const lesson = decideLesson(run, settings.learn);
      if (!isJudged && lesson !== "learned") return settle(run, lesson, name.key);
      if (!isOver && live.isLeftToEnd(runId)) return true;
      const pupil = take(runId, isOver);
      if (pupil === undefined) return false;
      const isAll = reading.read(runId, pupil);
      if (!isOver) live.weigh(runId, pupil.profile.weight);
      if (isJudged) await judgeRun(run, pupil, baseline);
      if (!isAll) return false;
      return isOver ? conclude(run, name, pupil) : true;
    },
  };
}

function hasEnded({ state, lastSeenAt }: PupilRun, now: number): boolean {
  return state === "over" || (state === "silent" && lastSeenAt < now - SILENT_FOR_GOOD_MS);
}
