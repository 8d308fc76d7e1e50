/** Connections that were open before the guard was: they live on, whatever policy says, so none of them was blocked. */
import type { Judgement } from "./assembler-options.ts";

export interface BegunFlows {
  add(key: string): void;
  /** As it is for such a connection, where it is one. */
  toJudgement(key: string, judgement: Judgement): Judgement;
}

/** Beyond the bound one is told as blocked that was not. */
export function createBegunFlows({ maxKeys }: { maxKeys: number }): BegunFlows {
  const keys = new Set<string>();
  return {
    add(key) {
      if (keys.size < maxKeys) keys.add(key);
    },
    toJudgement(key, judgement) {
      const isLeft = judgement.verdict === "blocked" && keys.has(key);
      return isLeft ? { ...judgement, verdict: "would-block" } : judgement;
    },
  };
}
