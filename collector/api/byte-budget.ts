/** What all bodies that are being read may have in memory: of one run, of agents together, and something that is left for operators. */
import { RequestProblem } from "../errors.ts";

export interface Sender {
  readonly isOperator: boolean;
  /** That an agent sends for; undefined: none yet. */
  readonly runId: string | undefined;
}

export interface ByteBudget {
  /** Throws `too-fast`. */
  take(sender: Sender, bytes: number): void;
  giveBack(sender: Sender, bytes: number): void;
}

export interface ByteBudgetOptions {
  readonly maxBytes: number;
  /** Of these, what agents may have together: they are not to keep operators from stopping them. */
  readonly maxBytesOfAgents: number;
  readonly maxBytesOfRun: number;
}

export function createByteBudget(options: ByteBudgetOptions): ByteBudget {
  const { maxBytes, maxBytesOfAgents, maxBytesOfRun } = options;
  const ofRuns = new Map<string, number>();
  let total = 0;
  let ofAgents = 0;
  const add = ({ isOperator, runId }: Sender, bytes: number): void => {
    total += bytes;
    if (isOperator) return;
    ofAgents += bytes;
    if (runId === undefined) return;
    const ofRun = (ofRuns.get(runId) ?? 0) + bytes;
    if (ofRun > 0) ofRuns.set(runId, ofRun);
    else ofRuns.delete(runId);
  };
  const isTooMuch = ({ isOperator, runId = "" }: Sender, bytes: number): boolean => {
    if (total + bytes > maxBytes) return true;
    if (isOperator) return false;
    return ofAgents + bytes > maxBytesOfAgents || (ofRuns.get(runId) ?? 0) + bytes > maxBytesOfRun;
  };
  return {
    take(sender, bytes) {
      if (isTooMuch(sender, bytes)) {
        throw new RequestProblem("too-fast", "too much is being sent at once");
      }
      add(sender, bytes);
    },
    giveBack: (sender, bytes) => add(sender, -bytes),
  };
}
