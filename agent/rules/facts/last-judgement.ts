import type { FlowAddress, Microseconds } from "../../observation.ts";
import type { Judgement, Network } from "./run-facts.ts";

/** Several rules ask about each connection, one after the other. */
export function rememberLastJudgement(judge: Network["judge"]): Network["judge"] {
  let of: FlowAddress | undefined;
  let then: Microseconds | "begun" | undefined;
  let last: Judgement | undefined;
  return (address, at) => {
    if (last !== undefined && address === of && at === then) return last;
    of = address;
    then = at;
    last = judge(address, at);
    return last;
  };
}
