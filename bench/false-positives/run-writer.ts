/** Writes a run down as its guard would tell it. */
import type { CiStep, FileOperation, GuardEvent, Transport } from "../../protocol/index.ts";
import { ALPHANUMERIC, DIGITS, HEX, type Random } from "../redact/random.ts";

export interface ProgramToStart {
  readonly parent: string | null;
  readonly executable: string;
  readonly args: readonly string[];
  readonly script?: string | undefined;
  readonly folder?: string | null;
  /** False of a fork, which runs on with what its parent runs; the guard's own with nothing. */
  readonly executed?: boolean;
  /** The same process that executes another program. */
  readonly process?: string;
}

export interface Talk {
  readonly process: string;
  readonly host: string;
  readonly port: number;
  readonly transport?: Transport;
  readonly count?: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** None was asked for: the address is the host. */
  readonly isAddress?: boolean;
  readonly failed?: boolean;
}

/** A program that has talked to a host by its name. */
export interface Talker {
  readonly process: string;
  readonly executable: string;
  readonly host: string;
}

export interface RunToWrite {
  readonly startMs: number;
  readonly repository: string;
  readonly workflow: string;
  readonly job: string;
  readonly ref: string;
  /** Versions that are other ones by now. */
  readonly renames: readonly (readonly [string, string])[];
}

const PLACEHOLDER = /\{(time|uuid|hex|alnum|lower|digits):(\d+):(\w+)\}/g;

export class RunWriter {
  readonly #random: Random;
  readonly #run: RunToWrite;
  readonly #events: GuardEvent[] = [];
  readonly #asked = new Set<string>();
  readonly #programs = new Map<string, string>();
  readonly #talkers: Talker[] = [];
  readonly #parts = new Map<string, string>();
  readonly #filled = new Map<string, string>();
  #seq = 0;
  #nowMs: number;
  #pid = 1_800;
  step: CiStep | undefined;

  constructor(random: Random, run: RunToWrite) {
    this.#random = random;
    this.#run = run;
    this.#nowMs = run.startMs;
    this.#pid += random.below(3_000);
    this.#push((common) => ({
      ...common,
      kind: "guard-started",
      runId: this.uuid(),
      version: "0.1.0",
      command: [],
      scope: "host",
      mode: { requested: "audit", effective: "audit", reasons: [] },
      sensors: [{ name: "kernel", status: "active", eventsSeen: 0, eventsDropped: 0 }],
      ci: {
        provider: "github-actions",
        repository: run.repository,
        workflow: run.workflow,
        job: run.job,
        ref: run.ref,
      },
    }));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get startMs(): number {
    return this.#run.startMs;
  }

  get talkers(): readonly Talker[] {
    return this.#talkers;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  start(program: ProgramToStart): string {
    this.#pid += 1 + this.#random.below(3);
    const pid = this.#pid;
    const process = program.process ?? `${pid}-${Math.floor(this.#nowMs).toString(36)}`;
    const { step } = this;
    const { executed = true, folder = "{work}" } = program;
    const inherited = executed ? "" : (this.#programs.get(program.parent ?? "") ?? "");
    const executable = this.fill(program.executable) || inherited;
    this.#programs.set(process, executable);
    this.#push((common) => ({
      ...common,
      kind: "process-started",
      process,
      parent: program.parent,
      pid,
      executed,
      executable,
      args: program.args.map((arg) => this.fill(arg)),
      argsTruncated: false,
      ...(program.script !== undefined && { script: this.fill(program.script) }),
      workingDirectory: folder === null ? null : this.fill(folder),
      userId: 1001,
      groupId: 1001,
      image: executable === "" ? null : "file",
      ...(step !== undefined && { step }),
    }));
    return process;
  }

  exit(process: string, exitCode = 0): void {
    this.#push((common) => ({
      ...common,
      kind: "process-exited",
      process,
      exitCode,
      signal: null,
    }));
  }

  talk(talk: Talk): void {
    const { process, host, port, transport = "tcp", isAddress = false, count = 1 } = talk;
    const isUnix = transport === "unix";
    if (!isAddress && !isUnix) {
      this.ask(process, host, "A");
      if (host !== "localhost")
        this.#talkers.push({ process, host, executable: this.#programs.get(process) ?? "" });
    }
    const ip = isAddress ? host : `198.18.${this.#random.below(256)}.${this.#random.below(256)}`;
    this.#push((common) => ({
      ...common,
      ...this.#coalesced(count),
      kind: "connection",
      process,
      network: {
        transport,
        family: isUnix ? "unix" : ip.includes(":") ? "ipv6" : "ipv4",
      },
      destination: isUnix
        ? { path: this.fill(host) }
        : { ip, port, ...(!isAddress && { domain: host }) },
      verdict: "allowed",
      rule: "no-policy",
      results: talk.failed === true ? { "timed-out": count } : { established: count },
      bytesSent: Math.round(talk.bytesSent),
      bytesReceived: Math.round(talk.bytesReceived),
    }));
  }

  ask(process: string, name: string, type: string): void {
    // A guard tells repeats once; a run asks for each host anew only after its time to live.
    if (this.#asked.has(`${process} ${name}`)) return;
    this.#asked.add(`${process} ${name}`);
    this.#push((common) => ({
      ...common,
      ...this.#coalesced(1),
      kind: "dns-query",
      process,
      name,
      type,
      verdict: "allowed",
      rule: "no-policy",
      answers: ["198.18.0.1"],
    }));
  }

  file(process: string, operation: FileOperation, path: string): void {
    this.#push((common) => ({
      ...common,
      ...this.#coalesced(1),
      kind: "file-written",
      process,
      path: this.fill(path),
      operation,
    }));
  }

  end(exitCode: number): readonly GuardEvent[] {
    this.#push((common) => ({
      ...common,
      kind: "guard-stopped",
      runId: this.uuid(),
      exitCode,
      signal: null,
      sensors: [{ name: "kernel", status: "active", eventsSeen: this.#seq, eventsDropped: 0 }],
    }));
    return this.#events;
  }

  /** Random parts are drawn anew in each run, the same ones for the same placeholder. */
  fill(text: string): string {
    const known = this.#filled.get(text);
    if (known !== undefined) return known;
    let filled = text;
    for (const [from, to] of this.#run.renames) filled = filled.replaceAll(from, to);
    filled = filled
      .replaceAll("{work}", this.workspace)
      .replaceAll(PLACEHOLDER, (key, kind, length) => {
        const part = this.#parts.get(key) ?? this.#draw(String(kind), Number(length));
        this.#parts.set(key, part);
        return part;
      });
    this.#filled.set(text, filled);
    return filled;
  }

  get workspace(): string {
    const name = this.#run.repository.split("/").at(-1) ?? "";
    return `/home/runner/work/${name}/${name}`;
  }

  uuid(): string {
    const part = (length: number): string => this.#random.text(HEX, length);
    return [part(8), part(4), part(4), part(4), part(12)].join("-");
  }

  #draw(kind: string, length: number): string {
    switch (kind) {
      case "time":
        return toTimestamp(this.#nowMs).slice(0, 23).replaceAll(/[:.]/g, "_");
      case "uuid":
        return this.uuid();
      case "hex":
        return this.#random.text(HEX, length);
      case "digits":
        return this.#random.text(DIGITS, length);
      case "lower":
        return this.#random.text("abcdefghijklmnopqrstuvwxyz0123456789_", length);
      default:
        return this.#random.text(ALPHANUMERIC, length);
    }
  }

  #coalesced(count: number) {
    const at = toTimestamp(this.#nowMs);
    return { count, firstSeen: at, lastSeen: at };
  }

  #push(toEvent: (common: { seq: number; observedAt: string }) => GuardEvent): void {
    this.#events.push(toEvent({ seq: ++this.#seq, observedAt: toTimestamp(this.#nowMs) }));
  }
}

/** Most events come at the same millisecond as the one before. */
const last = { ms: Number.NaN, timestamp: "" };

function toTimestamp(ms: number): string {
  if (last.ms !== ms) {
    last.ms = ms;
    last.timestamp = new Date(ms).toISOString().replace("Z", "000Z");
  }
  return last.timestamp;
}
