/** The process tree as one would write it without a thought for time or memory: what the real one is held against. */
import type { ProcessRef } from "../../../agent/observation.ts";

export interface NaiveProcess {
  readonly ref: ProcessRef;
  readonly parent: ProcessRef;
  readonly step: string | undefined;
  readonly program: string | undefined;
}

export class NaiveTree {
  readonly #maxProcesses: number;
  /** The one that was told of last stands last. */
  #living: NaiveProcess[] = [];
  forgotten = 0;

  constructor(maxProcesses: number) {
    this.#maxProcesses = maxProcesses;
  }

  get living(): readonly NaiveProcess[] {
    return this.#living;
  }

  find(ref: ProcessRef): NaiveProcess | undefined {
    return this.#living.find((process) => isSame(process.ref, ref));
  }

  fork(ref: ProcessRef, parent: ProcessRef): NaiveProcess {
    const known = this.find(ref);
    const from = this.find(parent);
    return this.#remember({
      ref,
      parent,
      step: from?.step ?? known?.step,
      program: known?.program ?? from?.program,
    });
  }

  exec(
    ref: ProcessRef,
    told: { parent: ProcessRef; program: string; step?: string },
  ): NaiveProcess {
    const known = this.find(ref);
    return this.#remember({
      ref,
      parent: known?.parent ?? told.parent,
      step: known?.step ?? this.find(told.parent)?.step ?? told.step,
      program: told.program,
    });
  }

  exit(ref: ProcessRef): void {
    this.#living = this.#living.filter((process) => !isSame(process.ref, ref));
  }

  #remember(process: NaiveProcess): NaiveProcess {
    const holder = this.#living.find(({ ref }) => ref.pid === process.ref.pid);
    if (holder && holder.ref.startTicks > process.ref.startTicks) return process;
    this.#living = this.#living.filter(({ ref }) => ref.pid !== process.ref.pid);
    while (this.#living.length >= this.#maxProcesses) {
      this.#living.shift();
      this.forgotten += 1;
    }
    this.#living.push(process);
    return process;
  }
}

function isSame(one: ProcessRef, other: ProcessRef): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}
