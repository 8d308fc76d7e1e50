/** What the assembler needs of the agent's other parts. */
import type { CiStep, Verdict } from "../../protocol/index.ts";
import type {
  ExecObservation,
  ExitObservation,
  FlowAddress,
  ForkObservation,
  Microseconds,
  ProcessRef,
} from "../observation.ts";
import type { BegunFlows } from "./begun-flows.ts";
import type { Coalescer } from "./coalescer.ts";
import type { EventStream } from "./event-stream.ts";
import type { FilterAttempts } from "./filter-attempts.ts";
import type { PacketMatcher } from "./packet-matcher.ts";
import type { TamperFindings } from "./tamper-findings.ts";
import type { UnsentDatagrams } from "./unsent-datagrams.ts";

/** What an event tells of a process; the process tree knows. */
export interface KnownProcess {
  readonly id: string;
  readonly parentId: string | null;
  readonly step: CiStep | undefined;
  readonly program:
    | Pick<
        ExecObservation,
        | "executable"
        | "args"
        | "argsTruncated"
        | "workingDirectory"
        | "userId"
        | "groupId"
        | "image"
      >
    | undefined;
}

export interface ProcessLookup {
  fork(observation: ForkObservation): KnownProcess;
  exec(observation: ExecObservation): KnownProcess;
  exit(observation: ExitObservation): void;
  withPid(pid: number): Pick<KnownProcess, "id"> | undefined;
  /** The process that has this pid, or the last one that had it and ended a moment ago. */
  lastWithPid(pid: number): Pick<KnownProcess, "id"> | undefined;
  toId(ref: ProcessRef): string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly domain?: string | undefined;
}

export interface AssemblerOptions {
  readonly processes: ProcessLookup;
  /** `at`: names come and go, so a destination is judged by those it had then; one that was `begun` before, by all. */
  readonly judge: (address: FlowAddress, at: Microseconds | "begun") => Judgement;
  readonly coalescer: Coalescer;
  readonly packets: PacketMatcher;
  readonly unsent: UnsentDatagrams;
  readonly begun: BegunFlows;
  readonly tampering: TamperFindings;
  /** Absent where the job may reach the packet filter. */
  readonly filterAttempts?: FilterAttempts;
  readonly stream: EventStream;
}
