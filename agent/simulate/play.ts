import type { Stage } from "./stage.ts";

/**
 * One attack, played harmlessly: nothing of the user's is read or changed, nothing leaves the machine, and what it leaves lies in the
 * stage's folder, which goes with it. Programs that would do harm are copies of ones that do nothing, under their names.
 */
export interface Play {
  readonly rule: string;
  /** What happens, for `--list`. */
  readonly does: string;
  readonly play: (stage: Stage) => void | Promise<void>;
}
