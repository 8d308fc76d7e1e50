/** A run as its events tell it, folded one by one while they come: what the pages of a run show. */
import type { GuardEvent, GuardEventOf } from "../api/types.ts";
import { createDestinations, type Destinations } from "./destinations.ts";
import { createTallies, type Tallies } from "./tallies.ts";

export interface SeenProcess {
  readonly id: string;
  readonly parentId: string | null;
  readonly pid: number;
  executable: string;
  args: readonly string[];
  readonly step: string;
  workingDirectory: string | null;
  userId: number | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  endedAt: number | undefined;
  exitCode: number | null;
  signal: string | null;
  readonly children: SeenProcess[];
  findings: number;
  denied: number;
}

export const MARKS = ["connection", "denied", "name", "write", "read", "alarm"] as const;
export type MarkKind = (typeof MARKS)[number];

/** Something that a process did, for the time line. */
export interface Mark {
  readonly kind: MarkKind;
  readonly at: number;
  readonly process: string | null;
  readonly seq: number;
}

export interface Loss {
  readonly sensor: string;
  readonly reason: string;
  count: number;
}

export interface RunModel {
  readonly processes: ReadonlyMap<string, SeenProcess>;
  /** Those whose parent was not seen. */
  readonly roots: readonly SeenProcess[];
  readonly marks: readonly Mark[];
  readonly findings: ReadonlyMap<string, GuardEventOf<"finding">>;
  readonly destinations: Destinations;
  readonly files: Tallies<GuardEventOf<"file-written"> | GuardEventOf<"file-read">>;
  readonly names: Tallies<GuardEventOf<"dns-query">>;
  readonly secrets: Tallies<GuardEventOf<"secret-found">>;
  readonly alarms: readonly (
    | GuardEventOf<"memory-access">
    | GuardEventOf<"privileged-operation">
  )[];
  readonly losses: ReadonlyMap<string, Loss>;
  /** As they were sent, for whoever looks at events themselves. */
  readonly lines: readonly string[];
  readonly started: GuardEventOf<"guard-started"> | undefined;
  readonly posture: GuardEventOf<"posture"> | undefined;
  readonly sensors: GuardEventOf<"heartbeat">["sensors"];
  readonly firstAt: number;
  readonly lastAt: number;
  /** Lines that could not be read. */
  readonly unread: number;
  /** More than is kept. */
  readonly isCut: boolean;
  add(line: string): void;
}

export interface ModelBounds {
  readonly maxLines: number;
  readonly maxCharacters: number;
}

/**
 * Lines of some 300 characters cost 2 KiB each while they are shown, and a line may have a million: a gigabyte is more than a page may
 * have.
 */
const USUAL_MODEL: ModelBounds = { maxLines: 400_000, maxCharacters: 134_217_728 };
const NO_STEP = "outside of any step";

export function createRunModel({ maxLines, maxCharacters } = USUAL_MODEL): RunModel {
  const processes = new Map<string, SeenProcess>();
  const roots: SeenProcess[] = [];
  const marks: Mark[] = [];
  const findings = new Map<string, GuardEventOf<"finding">>();
  const losses = new Map<string, Loss>();
  const alarms: (GuardEventOf<"memory-access"> | GuardEventOf<"privileged-operation">)[] = [];
  const lines: string[] = [];
  let characters = 0;
  const stepOf = (process: string | null): string => processes.get(process ?? "")?.step ?? NO_STEP;
  const nameOf = (process: string | null): string => toProgram(processes.get(process ?? ""));
  const destinations = createDestinations({ stepOf, nameOf });
  const model: Mutable<RunModel> = {
    processes,
    roots,
    marks,
    findings,
    destinations,
    files: createTallies(),
    names: createTallies(),
    secrets: createTallies(),
    alarms,
    losses,
    lines,
    started: undefined,
    posture: undefined,
    sensors: [],
    firstAt: Number.POSITIVE_INFINITY,
    lastAt: Number.NEGATIVE_INFINITY,
    unread: 0,
    isCut: false,
    add(line) {
      // Nothing behind it either: what is shown has no holes.
      model.isCut ||= lines.length >= maxLines || characters + line.length > maxCharacters;
      if (model.isCut) return;
      characters += line.length;
      lines.push(line);
      const event = parseEvent(line);
      if (event === undefined) model.unread += 1;
      else fold(event);
    },
  };
  /** Of the event that is being folded. */
  let at = 0;
  const mark = (kind: MarkKind, process: string | null, { seq }: GuardEvent): void => {
    marks.push({ kind, at, process, seq });
  };
  const fold = (event: GuardEvent): void => {
    at = Date.parse(event.observedAt);
    if (at < model.firstAt) model.firstAt = at;
    if (at > model.lastAt) model.lastAt = at;
    switch (event.kind) {
      case "guard-started":
        model.started = event;
        model.sensors = event.sensors;
        return;
      case "guard-stopped":
      case "heartbeat":
        if (event.sensors.length > 0) model.sensors = event.sensors;
        return;
      case "process-started":
        addProcess(event);
        return;
      case "process-exited":
        endProcess(event);
        return;
      case "connection":
        destinations.add(event);
        if (event.verdict === "allowed") mark("connection", event.process, event);
        else {
          countDenied(event.process);
          mark("denied", event.process, event);
        }
        return;
      case "dns-query":
        model.names.add(`${event.verdict} ${event.type} ${event.name}`, event, event.count);
        mark(event.verdict === "allowed" ? "name" : "denied", event.process, event);
        return;
      case "file-written":
        model.files.add(`${event.operation} ${event.path}`, event, event.count);
        mark("write", event.process, event);
        return;
      case "file-read":
        model.files.add(`read ${event.path}`, event, event.count);
        mark("read", event.process, event);
        return;
      case "memory-access":
      case "privileged-operation":
        alarms.push(event);
        mark("alarm", event.process, event);
        return;
      case "finding": {
        const process = processes.get(event.process ?? "");
        if (process !== undefined && !findings.has(event.id)) process.findings += 1;
        findings.set(event.id, event);
        return;
      }
      case "secret-found":
        model.secrets.add(`${event.rule} ${event.fingerprint} ${event.where}`, event, event.count);
        return;
      case "events-dropped":
        addLoss(event);
        return;
      case "posture":
        model.posture = event;
        return;
      case "resource-sample":
    }
  };
  const addProcess = (event: GuardEventOf<"process-started">): void => {
    const {
      process: id,
      parent: parentId,
      pid,
      executable,
      args,
      workingDirectory,
      userId,
    } = event;
    const known = processes.get(id);
    // A fork that becomes another program is the same process.
    if (known !== undefined) {
      Object.assign(known, { executable, args, workingDirectory, userId });
      return;
    }
    const parent = processes.get(parentId ?? "");
    const seen: SeenProcess = {
      id,
      parentId,
      pid,
      executable,
      args,
      step: event.step?.step ?? parent?.step ?? NO_STEP,
      workingDirectory,
      userId,
      startedAt: at,
      endedAt: undefined,
      exitCode: null,
      signal: null,
      children: [],
      findings: 0,
      denied: 0,
    };
    processes.set(id, seen);
    (parent?.children ?? roots).push(seen);
  };
  const endProcess = (event: GuardEventOf<"process-exited">): void => {
    const process = processes.get(event.process);
    if (process === undefined) return;
    process.endedAt = at;
    process.exitCode = event.exitCode;
    process.signal = event.signal;
  };
  const countDenied = (id: string | null): void => {
    const process = processes.get(id ?? "");
    if (process !== undefined) process.denied += 1;
  };
  const addLoss = ({ sensor, reason, count }: GuardEventOf<"events-dropped">): void => {
    const key = `${sensor} ${reason}`;
    const known = losses.get(key);
    if (known === undefined) losses.set(key, { sensor, reason, count });
    else known.count += count;
  };
  return model;
}

/** The last part of its path. */
export function toProgram(process: SeenProcess | undefined): string {
  if (process === undefined) return "unknown";
  return process.executable.slice(process.executable.lastIndexOf("/") + 1);
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** The collector has checked it against the protocol; what it could not check it has left out. */
function parseEvent(line: string): GuardEvent | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
