import type { ExecObservation, ExitObservation, ForkObservation } from "../observation.ts";
import type { AssemblerOptions, KnownProcess } from "./assembler-options.ts";
import type { EventBody } from "./event-stream.ts";

type Parts = Pick<AssemblerOptions, "processes" | "stream">;

export function writeFork({ processes, stream }: Parts, observation: ForkObservation): void {
  stream.write(toForked(processes.fork(observation), observation), observation.at);
}

export function writeExec({ processes, stream }: Parts, observation: ExecObservation): void {
  stream.write(toExecuted(processes.exec(observation), observation), observation.at);
}

export function writeExit({ processes, stream }: Parts, observation: ExitObservation): void {
  const { process, exitCode, signal, at } = observation;
  processes.exit(observation);
  stream.write({ kind: "process-exited", process: processes.toId(process), exitCode, signal }, at);
}

function toForked(process: KnownProcess, { process: { pid } }: ForkObservation): EventBody {
  const { program } = process;
  return {
    kind: "process-started",
    process: process.id,
    parent: process.parentId,
    pid,
    executed: false,
    executable: program?.executable ?? "",
    args: [...(program?.args ?? [])],
    argsTruncated: program?.argsTruncated ?? false,
    workingDirectory: program?.workingDirectory ?? null,
    userId: program?.userId ?? null,
    groupId: program?.groupId ?? null,
    image: program?.image ?? null,
    ...(process.step ? { step: process.step } : {}),
  };
}

function toExecuted(process: KnownProcess, observation: ExecObservation): EventBody {
  const { LD_PRELOAD, LD_AUDIT } = observation.environment;
  const preload = {
    ...(LD_PRELOAD ? { LD_PRELOAD } : {}),
    ...(LD_AUDIT ? { LD_AUDIT } : {}),
  };
  const { script, cgroup, stdin, stdout, stderr } = observation;
  return {
    kind: "process-started",
    process: process.id,
    parent: process.parentId,
    pid: observation.process.pid,
    executed: true,
    executable: observation.executable,
    args: [...observation.args],
    argsTruncated: observation.argsTruncated,
    ...(script === undefined ? {} : { script }),
    workingDirectory: observation.workingDirectory,
    userId: observation.userId,
    groupId: observation.groupId,
    image: observation.image,
    ...(cgroup === undefined ? {} : { cgroup }),
    ...(stdin ? { stdin } : {}),
    ...(stdout ? { stdout } : {}),
    ...(stderr ? { stderr } : {}),
    ...(LD_PRELOAD || LD_AUDIT ? { preload } : {}),
    ...(process.step ? { step: process.step } : {}),
  };
}
