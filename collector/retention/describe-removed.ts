import type { Removed } from "./remove-old.ts";

export function describeRemoved(removed: Removed): string {
  const { batches, batchBytes, runs, uses, auditEntries, baselines } = removed;
  const { runsKept, pagesGivenBack } = removed;
  const kept =
    runsKept === 0 ? "" : `; ${runsKept} runs keep their events, as they have open findings`;
  const space = pagesGivenBack === 0 ? "" : `; ${pagesGivenBack} pages were given back to the disk`;
  return `${batches} batches (${batchBytes} bytes), ${runs} runs, ${uses} counts of jobs, ${auditEntries} entries of the audit, ${baselines} baselines${kept}${space}`;
}
