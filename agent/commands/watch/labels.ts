import type { ControlAnswer } from "../../control/control-answer.ts";
import type { Label } from "../../control/control-request.ts";

/** A key and a value have some 1,100 characters at most. */
const MAX_LABELS = 64;

export interface Labels {
  add(label: Label): ControlAnswer;
  /** Undefined where there are none. */
  entries(): Record<string, string> | undefined;
}

/** The first one stands: whoever comes later, the job too, cannot change what an earlier step said. */
export function createLabels(): Labels {
  const labels = new Map<string, string>();
  return {
    add({ key, value }) {
      const present = labels.get(key);
      if (present === value) return { status: "done" };
      if (present !== undefined) {
        return { status: "refused", reason: `label ${key} is set already, and stays as it is` };
      }
      if (labels.size >= MAX_LABELS) {
        return { status: "refused", reason: `a run has at most ${MAX_LABELS} labels` };
      }
      labels.set(key, value);
      return { status: "done" };
    },
    entries: () => (labels.size === 0 ? undefined : Object.fromEntries(labels)),
  };
}
