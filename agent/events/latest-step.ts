import type { CiStep, GuardEvent } from "../../protocol/index.ts";

export interface LatestStep {
  note(event: GuardEvent): void;
  /** Of the process that was started last and told one. */
  readonly step: CiStep | undefined;
}

/** The steps of a job come one after the other: what is printed now is most likely of the one that started something last. */
export function createLatestStep(): LatestStep {
  let step: CiStep | undefined;
  return {
    note(event) {
      if (event.kind === "process-started") step = event.step ?? step;
    },
    get step() {
      return step;
    },
  };
}
