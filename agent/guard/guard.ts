/** What a guard is asked for, and what it can be asked. */
import type {
  CiContext,
  CiStep,
  Enforcement,
  GuardEvent,
  Lockdown,
  Mode,
  Policy,
  Report,
  SensorStatus,
} from "../../protocol/index.ts";
import type { Egress, Reload, Tightening } from "../egress/egress.ts";
import type { FoundSecret } from "../events/secret-findings.ts";
import type { WithheldCapability } from "../job/capability.ts";
import type { FlowAddress, Microseconds } from "../observation.ts";
import type { PosturePlaces } from "../posture/posture-places.ts";
import type { ClusterApi } from "../process/cluster-api.ts";
import type { Redaction } from "../redact/redaction.ts";
import type { OwnPlace } from "../rules/facts/run-facts.ts";
import type { SensorOptions } from "../sensor/start-sensors.ts";
import type { BeginGuardOptions, BegunGuard } from "./begin-guard.ts";
import type { Responses } from "./guard-rules.ts";
import type { OperatorOrder } from "./operator-findings.ts";

export interface GuardOptions extends BeginGuardOptions, Pick<SensorOptions, "samplePeriodMs"> {
  /** Null: there is none, and everything is allowed. */
  readonly policy: Policy | null;
  readonly begun: BegunGuard;
  readonly version: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** The checkout, where the CI system names it. */
  readonly workspace?: string | undefined;
  /** Of whoever the job runs as. */
  readonly home?: string | undefined;
  /** Of the cluster whose pod this is. */
  readonly clusterApi?: ClusterApi | undefined;
  /** What of the guard's a job has no business to change. */
  readonly ownPlaces?: readonly OwnPlace[];
  /** Where to keep what is needed to understand an incident. */
  readonly incidentDirectory?: string | undefined;
  /** What was taken from the job; undefined: nothing was to be. */
  readonly lockdown?: (() => Lockdown) | undefined;
  /** Where to look for what makes jobs here easier to attack; absent: nowhere. */
  readonly posture?: PosturePlaces | undefined;
  readonly ci: CiContext | null;
  /** Takes each event, redacted, in order; never throws. */
  readonly sendEvent?: ((event: GuardEvent) => void) | undefined;
  /** Of this guard alone. What it knows by the time that something leaves the guard is masked in it. */
  readonly redaction: Redaction;
  /** Called when a process is seen to run a program, before anything is told of it. */
  readonly onExec?: (pid: number) => void;
  /** Called for a process with which a CI job, or a step of one, begins, by its environment. */
  readonly onJob?: (pid: number) => void;
}

/** Where in the job's output or log a secret stood. */
export interface PrintedAt {
  /** In words, without the line: `output of the job`. */
  readonly where: string;
  /** Absent: the one that started something last. */
  readonly step?: CiStep;
  /** Absent: now. */
  readonly at?: Microseconds;
}

export interface FinishedJob {
  readonly startedAt: Microseconds;
  readonly endedAt: Microseconds;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Guard extends AsyncDisposable {
  readonly mode: Mode;
  enforcement(): Enforcement;
  statuses(): SensorStatus[];
  /**
   * `start` starts the guarded command and returns when it has; meanwhile the guard is where the command is to be. It calls
   * `arm` right before: the next process that this one starts is the command.
   */
  startWithin<Started>(start: (arm: () => void) => Started): Started;
  /** What the command is to start without. */
  readonly withheldCapabilities: readonly WithheldCapability[];
  follow(pid: number): void;
  /** Whether policy lets a connection be that was there before; nothing else stands in its way. */
  allowsBegun(address: FlowAddress): boolean;
  /** The process has these connections, which it did not begin. */
  noteBegun(pid: number, addresses: readonly FlowAddress[]): void;
  /** Stricter from now on; what was allowed and is under way goes on. */
  tighten(tightening: Tightening): Promise<Reload>;
  /** Whatever of the job lives is ended, for an operator; resolves to how many the kernel itself would not end. */
  endJob(order: OperatorOrder): Promise<number>;
  /** What an operator had tightened, in words; or wanted to, and why it is not in force. */
  noteTightening(order: OperatorOrder, what: string, problem?: string): void;
  /** Somebody tried to weaken the guard by a way that does not lead there; who, where the kernel tells. */
  noteTampering(
    message: string,
    culprit?: { readonly pid: number | undefined; readonly userId: number },
  ): void;
  readonly redaction: Redaction;
  /** The job printed a secret, which was masked for those who read it through the guard. */
  noteSecret(found: FoundSecret, printed: PrintedAt): void;
  /** All that was seen until now; the guard goes on. What `complete` adds is redacted as the rest is. */
  report(job: FinishedJob, complete?: Complete): Promise<Report>;
  /** The same, for the last time. */
  finish(job: FinishedJob, complete?: Complete): Promise<Report>;
  /** Of the hosts that policy allows by their whole name those that do not exist. */
  findMissingHosts(): Promise<readonly string[]>;
  /** Connections of the guard's own, past policy; null: they are as any program's. */
  readonly connectOwn: Egress["connectOwn"];
  /** Waits for kills that are under way, and tells what was done besides what the findings say. */
  settleResponses(): Promise<Responses>;
  /** Processes of the command's live on, and what blocks them stays when the guard has gone. */
  holdsLeftovers(): boolean;
}

/** Adds to a report what only its asker knows. */
export type Complete = (report: Report) => Report;
