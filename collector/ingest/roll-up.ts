/** What pages ask for, gathered while a batch is at hand, so that none of them goes through events. */
import type { GuardEvent, GuardEventOf } from "../../protocol/index.ts";
import type {
  BatchRollup,
  DestinationUse,
  DropCount,
  FindingState,
  GuardLevel,
  NameUse,
  ProgramUse,
} from "../stores/batch.ts";
import { isOwnFindingId } from "../stores/own-findings.ts";
import { cutName, cutText } from "./cut-text.ts";
import type { RunPrograms } from "./run-programs.ts";
import type {
  RolledConnection,
  RolledDnsQuery,
  RolledEvent,
  RolledProcessStarted,
} from "./scan/rolled-event.ts";

export interface RollUpContext {
  /** In UTC, `2026-01-31`, by the collector's clock. */
  readonly today: string;
  readonly programs: RunPrograms;
}

/** Of one batch and of each kind: a job that tries hosts by the thousand costs no more than this. */
const MAX_USES = 1_000;
/** Reasons are a few; an agent that makes some up has no more rows of them than this from a batch. */
const MAX_DROPS = 16;
/** A host name has at most 253 characters, and a path seldom more. What is cut is whole in its event. */
const MAX_CHARACTERS = 255;
/** No rule has half as many, nor does anybody ask for one that has more. */
const MAX_RULE_CHARACTERS = 128;
/** A path, and a few words. */
const MAX_MESSAGE_CHARACTERS = 4_096;
/** A lineage of some ten processes with their command lines. */
const MAX_EVIDENCE_CHARACTERS = 16_384;
const DAY_LENGTH = "2026-01-31".length;
/** An agent catches up on days, and a clock may be ahead by one. What is farther away is no day that anybody asks for, or that ends. */
const MAX_DAYS_BEHIND = 31;
const MS_A_DAY = 86_400_000;

export function rollUp(
  events: readonly RolledEvent[],
  { today, programs: known }: RollUpContext,
): BatchRollup {
  const destinations = createUses<DestinationUse>();
  const names = createUses<NameUse>();
  const programs = createUses<ProgramUse>();
  const drops = new Map<string, DropCount>();
  const findings = new Map<string, FindingState>();
  const toDay = createToDay(today);
  let dropped = 0;
  let stopped: BatchRollup["stopped"];
  let degraded: boolean | undefined;
  let level: GuardLevel | undefined;
  const kinds = new Set<GuardEvent["kind"]>();
  for (const event of events) {
    kinds.add(event.kind);
    switch (event.kind) {
      case "connection":
        addDestination(destinations, event, toDay);
        break;
      case "dns-query":
        addName(names, event, toDay);
        break;
      case "process-started":
        addProgram(programs, event, { known, toDay });
        break;
      case "process-exited":
        known.forget(event.process);
        break;
      case "finding":
        addFinding(findings, event);
        break;
      case "events-dropped":
        dropped = addUp(dropped, event.count);
        addDrop(drops, event);
        break;
      case "guard-stopped":
        stopped = { seq: event.seq, exitCode: event.exitCode };
        break;
      case "guard-started":
        level = toLevel(event);
        degraded = isDegraded(event);
        break;
      case "heartbeat":
        degraded = isDegraded(event);
        break;
      case "file-read":
      case "file-written":
      case "memory-access":
      case "posture":
      case "privileged-operation":
      case "resource-sample":
      case "secret-found":
    }
  }
  return {
    destinations: destinations.list(),
    destinationsLeftOut: destinations.leftOut,
    names: names.list(),
    namesLeftOut: names.leftOut,
    programs: programs.list(),
    programsLeftOut: programs.leftOut,
    findings: [...findings.values()],
    drops: [...drops.values()],
    dropped,
    stopped,
    degraded,
    level,
    kinds,
  };
}

type Told<Kind extends GuardEvent["kind"]> = Extract<RolledEvent, { kind: Kind }>;

function isDegraded({ sensors }: Told<"guard-started"> | Told<"heartbeat">): boolean {
  return sensors.some(({ status }) => status !== "active");
}

function toLevel({ sensors, enforcement }: Told<"guard-started">): GuardLevel {
  const works = (wanted: string): boolean =>
    sensors.some(({ name, status }) => name === wanted && status !== "unavailable");
  const sensor = works("kernel") ? "kernel" : works("proc") ? "proc" : "none";
  return { sensor, enforcement: enforcement?.mechanism ?? "none" };
}

type ToDay = (timestamp: string) => string;

/** The day of an event, where an honest agent could have it; else today. */
function createToDay(today: string): ToDay {
  let lastText = today;
  let lastDay = today;
  let bounds: readonly [string, string] | undefined;
  return (timestamp) => {
    const text = timestamp.slice(0, DAY_LENGTH);
    if (text !== lastText) {
      bounds ??= toBounds(today);
      const [earliest, latest] = bounds;
      lastText = text;
      lastDay = text >= earliest && text <= latest ? text : today;
    }
    return lastDay;
  };
}

function toBounds(today: string): readonly [earliest: string, latest: string] {
  const now = Date.parse(today);
  return [toDate(now - MAX_DAYS_BEHIND * MS_A_DAY), toDate(now + MS_A_DAY)];
}

function toDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, DAY_LENGTH);
}

interface Uses<Use extends { count: number }> {
  readonly leftOut: number;
  add(key: string, count: number, toUse: () => Use): void;
  list(): readonly Use[];
}

function createUses<Use extends { count: number }>(): Uses<Use> {
  const uses = new Map<string, Use>();
  let leftOut = 0;
  return {
    get leftOut() {
      return leftOut;
    },
    add(key, count, toUse) {
      const known = uses.get(key);
      if (known !== undefined) known.count = addUp(known.count, count);
      else if (uses.size < MAX_USES) uses.set(key, toUse());
      else leftOut = addUp(leftOut, count);
    },
    list: () => [...uses.values()],
  };
}

function addDestination(
  uses: Uses<DestinationUse>,
  { destination, network, verdict, lastSeen, count }: RolledConnection,
  toDay: ToDay,
): void {
  const given = destination.domain ?? destination.ip;
  // A Unix socket leads nowhere outside.
  if (given === undefined) return;
  const host = cut(given);
  const { port = 0 } = destination;
  const { transport } = network;
  const day = toDay(lastSeen);
  const key = `${day} ${transport} ${verdict} ${port} ${host}`;
  uses.add(key, count, () => ({ host, port, transport, verdict, day, count }));
}

function addName(
  uses: Uses<NameUse>,
  { name: given, verdict, lastSeen, count }: RolledDnsQuery,
  toDay: ToDay,
): void {
  const name = cut(given);
  const day = toDay(lastSeen);
  uses.add(`${day} ${verdict} ${name}`, count, () => ({ name, verdict, day, count }));
}

function addProgram(
  uses: Uses<ProgramUse>,
  event: RolledProcessStarted,
  { known, toDay }: { readonly known: RunPrograms; readonly toDay: ToDay },
): void {
  const program = cut(event.executable);
  const parent = event.parent === null ? "" : known.find(event.parent);
  known.remember(event.process, program);
  if (!event.executed) return;
  const day = toDay(event.observedAt);
  // With the length, no pair of programs reads as another one.
  const key = `${day} ${parent.length} ${parent}${program}`;
  uses.add(key, 1, () => ({ program, parent, day, count: 1 }));
}

function addDrop(
  drops: Map<string, DropCount>,
  { sensor, reason: given, count }: GuardEventOf<"events-dropped">,
): void {
  const reason = cut(given);
  const key = `${sensor} ${reason}`;
  const known = drops.get(key);
  if (known !== undefined) known.count = addUp(known.count, count);
  else if (drops.size < MAX_DROPS) drops.set(key, { sensor, reason, count });
}

function addFinding(findings: Map<string, FindingState>, event: GuardEventOf<"finding">): void {
  const finding = toFindingState(event);
  findings.set(finding.id, finding);
}

/** Findings are told apart by their ids, and those that are suppressed by rule and message. */
function toFindingState({ rule: given, ...event }: GuardEventOf<"finding">): FindingState {
  const { severity, response, count, firstSeen, lastSeen } = event;
  const id = isOwnFindingId(event.id) ? `${event.id}-by-guard` : cutName(event.id, MAX_CHARACTERS);
  const rule = cutName(given.id, MAX_RULE_CHARACTERS);
  const message = cutName(event.message, MAX_MESSAGE_CHARACTERS);
  const told = { id, rule, severity, message, response, count, firstSeen, lastSeen };
  return { ...told, technique: toTechnique(event.technique), evidence: toEvidence(event.evidence) };
}

function toTechnique(technique: string | undefined): string | null {
  return technique === undefined ? null : cut(technique);
}

/** Whole or not at all: half of it is no JSON. It stands in the event as well. */
function toEvidence(evidence: GuardEventOf<"finding">["evidence"]): string | null {
  const text = JSON.stringify(evidence);
  return text.length <= MAX_EVIDENCE_CHARACTERS ? text : null;
}

function cut(text: string): string {
  return cutText(text, MAX_CHARACTERS);
}

function addUp(sum: number, more: number): number {
  return Math.min(sum + more, Number.MAX_SAFE_INTEGER);
}
