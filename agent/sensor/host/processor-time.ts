/** Ticks that all processors together have spent since the machine started. */
export interface ProcessorTime {
  readonly busy: number;
  readonly total: number;
}

/** proc(5): user, nice, system, idle, iowait, irq, softirq, steal. Guest time, which follows, is part of user time. */
const COUNTED = 8;
const IDLE = 3;
const IO_WAIT = 4;

/** From the first line of /proc/stat. */
export function parseProcessorTime(text: string): ProcessorTime | undefined {
  const fields = /^cpu +(.+)$/m.exec(text)?.[1]?.trim().split(/ +/).slice(0, COUNTED) ?? [];
  const ticks = fields.map(Number);
  if (ticks.length <= IO_WAIT || ticks.some((tick) => !Number.isFinite(tick))) return undefined;
  const total = ticks.reduce((sum, tick) => sum + tick, 0);
  return { busy: total - (ticks[IDLE] ?? 0) - (ticks[IO_WAIT] ?? 0), total };
}

/** Share of all processors in use between two readings, 0 to 100. Idle time can run backwards by a tick or two. */
export function toPercent(before: ProcessorTime, after: ProcessorTime): number {
  const total = after.total - before.total;
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, ((after.busy - before.busy) / total) * 100));
}
