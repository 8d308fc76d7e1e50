/** From observations to events: adds who it was, for which step, and what policy says. */
import type { CiStep, GuardEventOf, Verdict } from "../../protocol/index.ts";
import type {
  ConnectObservation,
  ExecObservation,
  ExitObservation,
  FlowAddress,
  FlowObservation,
  ForkObservation,
  MemoryAccessObservation,
  Observation,
  ProcessRef,
} from "../observation.ts";
import type { Coalescer } from "./coalescer.ts";
import type { EventBody, EventStream } from "./event-stream.ts";

/** What the assembler needs to know of a process; the process tree tells. */
export interface KnownProcess {
  readonly id: string;
  readonly parentId: string | null;
  readonly step: CiStep | undefined;
  readonly program: ExecObservation | undefined;
}

export interface ProcessLookup {
  fork(observation: ForkObservation): KnownProcess;
  exec(observation: ExecObservation): KnownProcess;
  exit(observation: ExitObservation): void;
  withPid(pid: number): KnownProcess | undefined;
  toId(ref: ProcessRef): string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly domain?: string | undefined;
}

export interface AssemblerOptions {
  readonly processes: ProcessLookup;
  readonly judge: (address: FlowAddress) => Judgement;
  readonly coalescer: Coalescer;
  readonly stream: EventStream;
}

export type EventAssembler = (observation: Observation) => void;

export function createEventAssembler(options: AssemblerOptions): EventAssembler {
  const { processes, judge, coalescer, stream } = options;

  const connection = (observation: ConnectObservation | FlowObservation, isNew: 0 | 1): void => {
    const { address, at } = observation;
    const id = processes.toId(observation.process);
    const isFlow = observation.kind === "flow";
    coalescer.addFlow(`c ${id} ${toAddressKey(address)}`, at, {
      describe: () => toConnection(id, address, judge(address)),
      count: isNew,
      result: observation.result,
      bytesSent: isFlow ? observation.bytesSent : 0,
      bytesReceived: isFlow ? observation.bytesReceived : 0,
    });
  };

  return (observation) => {
    switch (observation.kind) {
      case "fork":
        return stream.write(toForked(processes.fork(observation), observation), observation.at);
      case "exec":
        return stream.write(toExecuted(processes.exec(observation), observation), observation.at);
      case "exit":
        processes.exit(observation);
        return stream.write(
          toExited(processes.toId(observation.process), observation),
          observation.at,
        );
      case "connect":
        return connection(observation, 1);
      case "flow":
        return connection(observation, 0);
      case "file": {
        const { path, operation, originalPath = "", mode } = observation;
        const process = processes.toId(observation.process);
        return coalescer.add(
          `f ${process} ${operation} ${path}\0${originalPath}`,
          observation.at,
          () => ({
            kind: "file-written",
            process,
            path,
            operation,
            ...(originalPath === "" ? {} : { originalPath }),
            ...(mode === undefined ? {} : { mode }),
          }),
        );
      }
      case "anonymous-file": {
        const { path, operation } = observation;
        return coalescer.add(`a ${operation} ${path}`, observation.at, () => ({
          kind: "file-written",
          process: null,
          path,
          operation,
        }));
      }
      case "file-read": {
        const process = processes.toId(observation.process);
        const { path } = observation;
        return coalescer.add(`r ${process} ${path}`, observation.at, () => ({
          kind: "file-read",
          process,
          path,
        }));
      }
      case "memory-access": {
        const body = toMemoryAccess(processes, observation);
        const { method, target, succeeded } = body;
        return coalescer.add(
          `m ${body.process} ${method} ${target.pid} ${succeeded}`,
          observation.at,
          () => body,
        );
      }
      case "privileged": {
        const process = processes.toId(observation.process);
        const { operation, detail, succeeded } = observation;
        return coalescer.add(
          `p ${process} ${operation} ${succeeded} ${detail}`,
          observation.at,
          () => ({ kind: "privileged-operation", process, operation, detail, succeeded }),
        );
      }
      case "resources": {
        const { kind: _, at, ...sample } = observation;
        return stream.write({ kind: "resource-sample", ...sample }, at);
      }
      case "loss": {
        const { at, sensor, reason, lost, count } = observation;
        return stream.write(
          {
            kind: "events-dropped",
            sensor,
            reason,
            count,
            ...(lost === undefined ? {} : { eventKind: lost }),
          },
          at,
        );
      }
    }
  };
}

function toAddressKey({ transport, family, ip = "", port = 0, path = "" }: FlowAddress): string {
  return `${transport} ${family} ${ip} ${port} ${path}`;
}

function toConnection(
  process: string,
  { transport, family, ip, port, path }: FlowAddress,
  { verdict, rule, domain }: Judgement,
) {
  return {
    kind: "connection" as const,
    process,
    network: { transport, family },
    destination: {
      ...(ip === undefined ? {} : { ip }),
      ...(port === undefined ? {} : { port }),
      ...(domain === undefined ? {} : { domain }),
      ...(path === undefined ? {} : { path }),
    },
    verdict,
    rule,
  };
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
    userId: program?.userId ?? 0,
    groupId: program?.groupId ?? 0,
    image: program?.image ?? "file",
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
    ...(Object.keys(preload).length > 0 ? { preload } : {}),
    ...(process.step ? { step: process.step } : {}),
  };
}

function toExited(process: string, { exitCode, signal }: ExitObservation): EventBody {
  return { kind: "process-exited", process, exitCode, signal };
}

function toMemoryAccess(
  processes: ProcessLookup,
  observation: MemoryAccessObservation,
): Omit<GuardEventOf<"memory-access">, "seq" | "observedAt" | "count" | "firstSeen" | "lastSeen"> {
  const { method, target, targetPid, succeeded } = observation;
  const id = target ? processes.toId(target) : processes.withPid(targetPid)?.id;
  return {
    kind: "memory-access",
    process: processes.toId(observation.process),
    method,
    target: { pid: targetPid, ...(id === undefined ? {} : { process: id }) },
    succeeded,
  };
}
