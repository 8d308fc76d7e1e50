/** What sensors tell the agent, before it is known whose step it was, what policy says of it, and how often it was seen. */
import type {
  ConnectResult,
  Descriptor,
  Family,
  FileOperation,
  MemoryAccessMethod,
  PrivilegedOperation,
  SensorName,
  Transport,
  Verdict,
} from "../protocol/index.ts";

export type { ConnectResult, MemoryAccessMethod, PrivilegedOperation };

/** Microseconds since 1970 in UTC: exact in a double until the year 2255. */
export type Microseconds = number;

/**
 * One process as the kernel knows it. `startTicks` is field 22 of /proc/PID/stat: clock ticks (10 ms) since boot, so
 * that a pid which the kernel used again is told apart.
 */
export interface ProcessRef {
  readonly pid: number;
  readonly startTicks: number;
}

interface Observed {
  readonly at: Microseconds;
  /** Who did it. */
  readonly process: ProcessRef;
}

/** What the kernel's program may end a process for. */
interface Stoppable extends Observed {
  /** It was ended for it before it could make use of it. */
  readonly killed?: true;
}

export interface ForkObservation extends Observed {
  readonly kind: "fork";
  readonly parent: ProcessRef;
}

export interface ExecObservation extends Stoppable {
  readonly kind: "exec";
  readonly parent: ProcessRef;
  readonly executable: string;
  readonly args: readonly string[];
  readonly argsTruncated: boolean;
  readonly script?: string;
  readonly workingDirectory: string | null;
  readonly userId: number;
  readonly groupId: number;
  readonly image: "file" | "memfd" | "deleted";
  readonly cgroup?: string;
  readonly stdin?: Descriptor;
  readonly stdout?: Descriptor;
  readonly stderr?: Descriptor;
  /** Only names on the agent's list (agent/process/watched-environment.ts); nothing else of an environment is kept. */
  readonly environment: Readonly<Record<string, string>>;
  /** There was more of it than the sensor looks at or keeps. */
  readonly environmentTruncated?: true;
  /** `snapshot`: it was running before the guard was. */
  readonly origin: "live" | "snapshot";
  /** It was killed for taking its commands from the network. */
  readonly isReverseShell?: true;
}

export interface ExitObservation extends Observed {
  readonly kind: "exit";
  /** Null when a signal ended it, or when the sensor cannot know. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface FlowAddress {
  readonly transport: Transport;
  readonly family: Family;
  readonly ip?: string;
  readonly port?: number;
  /** Of a Unix socket; an abstract name starts with `@`. */
  readonly path?: string;
}

/** A connection was begun, or a datagram sent to an address. */
export interface ConnectObservation extends Observed {
  readonly kind: "connect";
  readonly address: FlowAddress;
  /** Known at once for Unix sockets, and for flows found by sampling. */
  readonly result?: ConnectResult;
  /** `snapshot`: it was open before the guard was. */
  readonly origin: "live" | "snapshot";
  /** A socket for datagrams took the address, and no packet left by that. */
  readonly sendsNothing?: boolean;
}

/** How a connection that was reported before came out, or how much it carried. */
export interface FlowObservation extends Observed {
  readonly kind: "flow";
  readonly address: FlowAddress;
  readonly result?: ConnectResult;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface FileObservation extends Stoppable {
  readonly kind: "file";
  readonly path: string;
  readonly operation: FileOperation;
  readonly originalPath?: string;
  readonly mode?: number;
}

/** A change in a watched directory, seen by a sensor that cannot tell who made it. */
export interface AnonymousFileObservation {
  readonly kind: "anonymous-file";
  readonly at: Microseconds;
  readonly path: string;
  readonly operation: FileOperation;
}

export interface FileReadObservation extends Stoppable {
  readonly kind: "file-read";
  readonly path: string;
}

export interface MemoryAccessObservation extends Stoppable {
  readonly kind: "memory-access";
  readonly method: MemoryAccessMethod;
  readonly targetPid: number;
  /** Known where the kernel had the target at hand. */
  readonly target?: ProcessRef;
  readonly succeeded: boolean;
}

export interface PrivilegedObservation extends Stoppable {
  readonly kind: "privileged";
  readonly operation: PrivilegedOperation;
  readonly detail: string;
  readonly succeeded: boolean;
}

export interface ResourceObservation {
  readonly kind: "resources";
  readonly at: Microseconds;
  readonly cpuPercent: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  readonly diskReadBytesPerSecond: number | null;
  readonly diskWriteBytesPerSecond: number | null;
  readonly networkReceiveBytesPerSecond: number | null;
  readonly networkTransmitBytesPerSecond: number | null;
}

/** A question for a name that came to the guard's DNS gate, with what became of it. */
export interface DnsQueryObservation {
  readonly kind: "dns-query";
  readonly at: Microseconds;
  /** Whoever asked; null where that cannot be told. */
  readonly client: ProcessRef | null;
  /** In the canonical spelling. */
  readonly name: string;
  /** `A`, `AAAA`, … or `TYPE65280` for one without a name (RFC 3597). */
  readonly type: string;
  readonly verdict: Verdict;
  readonly rule: string;
  /** As text; empty where there was none. */
  readonly answers: readonly string[];
  /** Why there is no answer, where policy has nothing to do with it. */
  readonly failure?: string;
}

/** A packet that the kernel's table refused, or in audit mode would have, as the kernel logged it. */
export interface PacketObservation {
  readonly kind: "packet";
  readonly at: Microseconds;
  readonly address: FlowAddress;
  /** Of the sending socket; undefined for what is forwarded. */
  readonly userId: number | undefined;
  /** Whose port it came from, where that is known. A container has ports of its own, which may be named like another's. */
  readonly client?: ProcessRef | undefined;
  readonly isRefused: boolean;
  /** Where it is more than the address that policy speaks of: what was asked for within the connection. */
  readonly reason?: { readonly rule: string; readonly domain: string | undefined };
}

/** Something changed what the guard stands on, or what leads packets past it. */
export interface TamperObservation {
  readonly kind: "tamper";
  readonly at: Microseconds;
  /** Whoever the kernel names. */
  readonly pid: number | undefined;
  /** Of no interest unless a process of the job's did it: others have their reasons. */
  readonly isOfJobAlone?: true;
  readonly message: string;
  readonly evidence: Readonly<Record<string, string | number>>;
}

/** A sensor had to let `count` events go. Reported once per loss, never as a running total. */
export interface LossObservation {
  readonly kind: "loss";
  readonly at: Microseconds;
  readonly sensor: SensorName;
  readonly reason: string;
  readonly lost?: string;
  readonly count: number;
}

export type Observation =
  | ForkObservation
  | ExecObservation
  | ExitObservation
  | ConnectObservation
  | FlowObservation
  | FileObservation
  | AnonymousFileObservation
  | FileReadObservation
  | MemoryAccessObservation
  | PrivilegedObservation
  | ResourceObservation
  | DnsQueryObservation
  | PacketObservation
  | TamperObservation
  | LossObservation;
