/** How a run gets what it shows to a collector. */
import type { Proof } from "../../stream/proof/proof.ts";
import type { Connect } from "../../stream/transport/own-agent.ts";

/** Each has what it was given for itself alone: no two runs begin with the same word. */
export type OpenProof = (connect: Connect) => Proof;

/** No command waits for what a proof takes to be loaded. */
export function whenAsked(open: () => Promise<Proof>): Proof {
  let opened: Promise<Proof> | undefined;
  return async (run, signal) => {
    opened ??= open();
    return (await opened)(run, signal);
  };
}
