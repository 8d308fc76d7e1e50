/**
 * What work costs, in milliseconds that this thread computes: what else the machine does in the meantime does not count, as it
 * would in time that passes.
 */
export function processorMs(work: () => void): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1_000;
}

/** Of three times the least, as what disturbs only adds; the first one warms up. */
export function leastProcessorMs(work: () => void): number {
  return Math.min(processorMs(work), processorMs(work), processorMs(work));
}
