/** What one run may take of memory, whatever it does: some 10 MB, and less than one for most. */
export interface ProfileBounds {
  /** Of each kind. More than any honest run of the sample builds has by ten. */
  readonly maxFeatures: number;
  /** Living ones, and those whose children may still be heard of. */
  readonly maxProcesses: number;
  /** Written files that may be started later. */
  readonly maxFiles: number;
  /** Different names below all domains, for the count of them. */
  readonly maxNames: number;
  readonly maxSteps: number;
  readonly maxFindings: number;
}

export const PROFILE_BOUNDS: ProfileBounds = {
  maxFeatures: 2_000,
  maxProcesses: 4_096,
  maxFiles: 8_192,
  maxNames: 4_096,
  maxSteps: 16,
  maxFindings: 256,
};
