/** A run as far as it has been looked at. */
import { createRunProfile, type RunProfile } from "./model/run-profile.ts";

export interface Pupil {
  readonly profile: RunProfile;
  /** What was folded last. */
  seq: number;
  events: number;
  /** Of the profile, when it was judged last. */
  judgedRevision: number;
  judgedAt: number;
  findings: number;
}

export function beginPupil(): Pupil {
  return {
    profile: createRunProfile(),
    seq: 0,
    events: 0,
    judgedRevision: -1,
    judgedAt: 0,
    findings: 0,
  };
}
