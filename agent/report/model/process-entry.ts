import type { GuardEventOf } from "../../../protocol/events.ts";
import type { ReportedProcess } from "../../../protocol/report.ts";
import { CHARACTERS_OF_A_MEMBER, type TextAllowance } from "./text-allowance.ts";

type ProcessStarted = GuardEventOf<"process-started">;

export function toProcessEntry(event: ProcessStarted, text: TextAllowance): ReportedProcess {
  return {
    ...toProgram(event, text),
    id: event.process,
    parentId: event.parent,
    startedAt: event.observedAt,
    endedAt: null,
    exitCode: null,
    signal: null,
  };
}

/**
 * The process after it replaced its program. Who it is, who started it and when stay; what it ran before goes to
 * `earlierPrograms`, unless that was only a fork of its parent. An event that tells of no new program changes nothing.
 */
export function toReplacedProcess(
  former: ReportedProcess,
  event: ProcessStarted,
  { text, maxEarlierPrograms }: { text: TextAllowance; maxEarlierPrograms: number },
): ReportedProcess {
  if (!event.executed) return former;
  const { id, parentId, startedAt, endedAt, exitCode, signal, step } = former;
  const earlierPrograms = toEarlierPrograms(former, { text, maxEarlierPrograms });
  return {
    ...(step !== undefined && { step }),
    ...toProgram(event, text),
    id,
    parentId,
    startedAt,
    endedAt,
    exitCode,
    signal,
    ...(earlierPrograms.length > 0 && { earlierPrograms }),
  };
}

type EarlierProgram = NonNullable<ReportedProcess["earlierPrograms"]>[number];

/** The last programs before the new one. What is let go of gives its text back, so that a loop of execs cannot use it up. */
function toEarlierPrograms(
  former: ReportedProcess,
  { text, maxEarlierPrograms }: { text: TextAllowance; maxEarlierPrograms: number },
): EarlierProgram[] {
  const earlier = former.earlierPrograms ?? [];
  const last = { executable: former.executable, args: former.args };
  if (!former.executed) {
    text.giveBack(charactersOf(last));
    return earlier;
  }
  const all = [...earlier, last];
  for (const forgotten of all.slice(0, -maxEarlierPrograms)) text.giveBack(charactersOf(forgotten));
  return all.slice(-maxEarlierPrograms);
}

function charactersOf({ executable, args }: EarlierProgram): number {
  return args.reduce((sum, arg) => sum + arg.length + CHARACTERS_OF_A_MEMBER, executable.length);
}

type Program = Omit<ProcessStarted, "seq" | "observedAt" | "kind" | "process" | "parent">;

/** Written out member by member: copying the event and leaving members out again is too slow for a flood of processes. */
function toProgram(event: ProcessStarted, text: TextAllowance): Program {
  const { workingDirectory, script, cgroup, stdin, stdout, stderr, preload, step } = event;
  const args = text.keepAll(event.args);
  const program: Program = {
    pid: event.pid,
    executed: event.executed,
    executable: text.keep(event.executable),
    args,
    argsTruncated: event.argsTruncated || args.length < event.args.length,
    workingDirectory: workingDirectory === null ? null : text.keep(workingDirectory),
    userId: event.userId,
    groupId: event.groupId,
    image: event.image,
  };
  if (script !== undefined) program.script = text.keep(script);
  if (cgroup !== undefined) program.cgroup = text.keep(cgroup);
  if (stdin !== undefined) program.stdin = stdin;
  if (stdout !== undefined) program.stdout = stdout;
  if (stderr !== undefined) program.stderr = stderr;
  if (preload !== undefined) program.preload = toBoundedPreload(preload, text);
  if (step !== undefined) program.step = toBoundedStep(step, text);
  return program;
}

function toBoundedPreload(
  { LD_PRELOAD, LD_AUDIT }: NonNullable<ProcessStarted["preload"]>,
  text: TextAllowance,
): NonNullable<ProcessStarted["preload"]> {
  return {
    ...(LD_PRELOAD !== undefined && { LD_PRELOAD: text.keep(LD_PRELOAD) }),
    ...(LD_AUDIT !== undefined && { LD_AUDIT: text.keep(LD_AUDIT) }),
  };
}

function toBoundedStep(
  { job, step, action }: NonNullable<ProcessStarted["step"]>,
  text: TextAllowance,
): NonNullable<ProcessStarted["step"]> {
  return {
    ...(job !== undefined && { job: text.keep(job) }),
    step: text.keep(step),
    ...(action !== undefined && { action: text.keep(action) }),
  };
}
