/** One process in one line of /proc/PID/stat; the fields are numbered as in proc(5). */
export interface ProcessStat {
  readonly pid: number;
  /** Whatever the process calls itself: any bytes but NUL. */
  readonly comm: string;
  readonly parentPid: number;
  readonly processGroup: number;
  readonly session: number;
  readonly startTicks: number;
  readonly isKernelThread: boolean;
  /** All of its threads have ended; only its parent has not asked for the status yet. */
  readonly hasExited: boolean;
  /** Its first thread has ended while others live on: /proc/PID is empty and /proc/PID/task/TID is not. */
  readonly lostItsLeader: boolean;
  /**
   * Where code, stack, arguments and environment lie. The kernel lays them out anew, at random, at each exec and keeps
   * them at fork. Undefined where we may not see them.
   */
  readonly layout: string | undefined;
}

/** PF_KTHREAD, include/linux/sched.h. */
const KERNEL_THREAD_FLAG = 0x00200000;

/** Indexes into what follows the name; field n of proc(5) is at n - 3. */
const STATE = 0;
const PARENT = 1;
const PROCESS_GROUP = 2;
const SESSION = 3;
const FLAGS = 6;
const THREADS = 17;
const START_TICKS = 19;
const START_CODE = 23;
const START_STACK = 25;
const ARGS_START = 45;
const ARGS_END = 46;
const ENVIRONMENT_START = 47;

/** Undefined for anything that is no such line. The name may hold `)`, spaces and newlines, so its end is the last `)`. */
export function parseProcessStat(bytes: Buffer): ProcessStat | undefined {
  const open = bytes.indexOf("(");
  const close = bytes.lastIndexOf(")");
  if (open === -1 || close < open) return undefined;
  const fields = bytes
    .toString("latin1", close + 2)
    .trimEnd()
    .split(" ");
  const at = (index: number): number => toCount(fields[index]);
  const stat = {
    pid: toCount(bytes.toString("latin1", 0, open).trimEnd()),
    parentPid: at(PARENT),
    processGroup: at(PROCESS_GROUP),
    session: at(SESSION),
    startTicks: at(START_TICKS),
  };
  if (Object.values(stat).some(Number.isNaN)) return undefined;
  const hasDied = fields[STATE] === "Z" || fields[STATE] === "X";
  return {
    ...stat,
    comm: bytes.toString("utf8", open + 1, close),
    isKernelThread: (at(FLAGS) & KERNEL_THREAD_FLAG) !== 0,
    hasExited: hasDied && !(at(THREADS) > 1),
    lostItsLeader: hasDied && at(THREADS) > 1,
    layout: toLayout(fields),
  };
}

/** The kernel writes 0 for each of these to a reader that may not trace the process. */
function toLayout(fields: readonly string[]): string | undefined {
  const stack = fields[START_STACK];
  if (stack === undefined || stack === "0") return undefined;
  return [START_CODE, START_STACK, ARGS_START, ARGS_END, ENVIRONMENT_START]
    .map((index) => fields[index] ?? "")
    .join(" ");
}

function toCount(field: string | undefined): number {
  if (field === undefined || !/^\d+$/.test(field)) return Number.NaN;
  const value = Number(field);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
