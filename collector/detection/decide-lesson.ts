/** Whether a run may teach what is normal: whoever can make it do so can make anything normal. */
import { SEVERITIES } from "../../protocol/severities.ts";
import type { PupilRun, RunLesson } from "../stores/baseline-store.ts";
import type { LearnSettings } from "./detection-file.ts";
import { matchesRef } from "./ref-pattern.ts";

type Named = Pick<PupilRun, "ci" | "identity">;
type Pupil = Pick<PupilRun, "ci" | "identity" | "lost" | "isCut" | "isContained" | "isDegraded">;

/** `learned`: nothing that is known of it so far is against it. */
export function decideLesson(run: Pupil, settings: LearnSettings): RunLesson {
  // Who says another ref than what is proven lies, or another's agent speaks: of neither is anything to be learned.
  if (isContradicted(run)) return "identity";
  if (!isOfRef(run, settings)) return "ref";
  if (!isOfEvent(run, settings)) return "event";
  // What it did is what it was ended for, and it is cut short: no sample of what is normal, however harmless its findings are.
  if (run.isContained) return "contained";
  if (run.lost > 0 || run.isCut || (run.isDegraded && !settings.degraded)) return "incomplete";
  return "learned";
}

/** Of a ref and an event that something is learned from, and not caught lying about it; whatever came of the run. */
export function isOfWhatTeaches(run: Named, settings: LearnSettings): boolean {
  return !isContradicted(run) && isOfRef(run, settings) && isOfEvent(run, settings);
}

function isContradicted({ identity }: Named): boolean {
  return identity !== null && identity.contradicts.some(isAboutJob);
}

/** Of what a run is, and not of who began it: that has more than one name. */
const ABOUT_JOB: readonly string[] = ["provider", "repository", "workflow", "ref"];

function isAboutJob(member: string): boolean {
  return ABOUT_JOB.includes(member);
}

/** A run with an open finding that is so grave teaches nothing until it is settled. */
export const GRAVE = SEVERITIES.slice(SEVERITIES.indexOf("high"));

function isOfRef({ ci, identity }: Named, { refs, protectedRefs }: LearnSettings): boolean {
  // What a run says of itself is not asked where somebody vouches for it: `ci` is then what was proven.
  const ref = ci?.ref;
  if (ref === undefined) return false;
  if (protectedRefs && identity?.facts["refProtected"] === "true") return true;
  return refs.some((pattern) => matchesRef(pattern, ref));
}

function isOfEvent(run: Named, { events, unknownEvents }: LearnSettings): boolean {
  const event = findEvent(run);
  return event === undefined ? unknownEvents : events.some((known) => known === event);
}

/** Where GitHub vouches for the run it says so; GitLab's pipelines have no other name than what began them. */
function findEvent({ ci, identity }: Named): string | undefined {
  if (identity !== null) return identity.facts["event"];
  return ci?.provider === "gitlab-ci" ? ci.workflow : undefined;
}
