/** What sinks are told of an incident that has changed. Pure: what they have been told, and what waits to be, is passed in. */
import { isGraver } from "../../protocol/severities.ts";
import type {
  NewDelivery,
  StoredDelivery,
  StoredIncident,
  Telling,
} from "../stores/incident-store.ts";
import type { SinkToTell, TellingDecision } from "./decide-tellings.ts";
import type { ChangedIncident } from "./incident-desk.ts";
import { isMoreUrgent } from "./urgency.ts";

export interface ToldSoFar {
  readonly tellings: readonly Telling[];
  readonly waiting: readonly StoredDelivery[];
  /** When a sink took an update last; undefined: it took none, or long ago. */
  readonly findLastUpdate: (sink: string) => number | undefined;
  /** Nobody is at it; whoever is told yes may have it go another way. */
  readonly take: (number: number) => boolean;
}

export interface DeliveryPlan {
  readonly deliveries: readonly NewDelivery[];
  readonly moved: readonly Pick<StoredDelivery, "number" | "dueAt" | "isPage">[];
  readonly superseded: readonly number[];
}

interface Decision extends Pick<TellingDecision, "dropped"> {
  readonly told: readonly TellingSink[];
}

interface TellingSink extends SinkToTell {
  readonly showsUpdates: boolean;
}

/** Sinks that were told of an incident, or were to be. */
type Known = ReadonlySet<string>;

interface Surroundings {
  readonly decision: Decision;
  readonly soFar: ToldSoFar;
  readonly now: number;
  readonly newId: () => string;
}

/** What stands again is told later each time, and not at all where it is over by then. */
const FLAP_WAIT_MS = 300_000;
const MAX_FLAP_WAIT_MS = 3_600_000;

interface FirstSurroundings extends Pick<Surroundings, "now" | "newId"> {
  readonly decision: TellingDecision;
  readonly known: Known;
}

/** Adds to a plan for one sink. */
interface Desk extends Surroundings {
  readonly change: ChangedIncident;
  readonly sink: string;
  readonly telling: Telling | undefined;
  readonly waiting: readonly StoredDelivery[];
  readonly add: (action: NewDelivery["action"], dueAt: number, repeatMs: number) => void;
  readonly move: (delivery: StoredDelivery, dueAt: number) => void;
  readonly supersede: (delivery: StoredDelivery) => boolean;
}

export function planDeliveries(change: ChangedIncident, around: Surroundings): DeliveryPlan {
  const deliveries: NewDelivery[] = [];
  const moved: Pick<StoredDelivery, "number" | "dueAt" | "isPage">[] = [];
  const superseded: number[] = [];
  const { decision, soFar, now, newId } = around;
  const { id: incidentId, tenant, urgency } = change.after;
  const isPage = urgency === "page";
  const sinks = new Set([
    ...decision.told.map(({ sink }) => sink),
    ...soFar.tellings.map(({ sink }) => sink),
    ...soFar.waiting.map(({ sink }) => sink),
  ]);
  for (const sink of sinks) {
    plan({
      ...around,
      change,
      sink,
      telling: soFar.tellings.find((telling) => telling.sink === sink),
      waiting: soFar.waiting.filter((delivery) => delivery.sink === sink),
      add: (action, dueAt, repeatMs) =>
        deliveries.push({
          id: newId(),
          incidentId,
          tenant,
          sink,
          action,
          isPage,
          dueAt,
          at: now,
          repeatMs,
        }),
      move({ number, dueAt: before }, dueAt) {
        if (dueAt < before && soFar.take(number)) moved.push({ number, dueAt, isPage });
      },
      supersede({ number }) {
        const isFree = soFar.take(number);
        if (isFree) superseded.push(number);
        return isFree;
      },
    });
  }
  return { deliveries, moved, superseded };
}

/** Of an incident that is open: to whoever is to be told of it now, and was never to be. */
export function planFirstTellings(
  { id: incidentId, tenant, urgency, toldFrom }: StoredIncident,
  { decision, known, now, newId }: FirstSurroundings,
): readonly NewDelivery[] {
  return decision.told
    .filter(({ sink }) => !known.has(sink))
    .map(({ sink, notBefore, repeatMs }) => ({
      id: newId(),
      incidentId,
      tenant,
      sink,
      action: "trigger",
      isPage: urgency === "page",
      dueAt: Math.max(now, notBefore, toldFrom),
      at: now,
      repeatMs,
    }));
}

function plan(desk: Desk): void {
  const { before, after } = desk.change;
  if (after.state === "resolved") {
    if (before !== undefined && before.state !== "resolved") planResolve(desk);
    return;
  }
  const tell = desk.decision.told.find(({ sink }) => sink === desk.sink);
  if (tell !== undefined && hasGrown(desk.change)) planTelling(desk, tell);
  else if (tell !== undefined && hasAnswerFor(tell, desk.change)) planAnswer(desk, tell);
  if (after.state === "acknowledged" && before?.state !== "acknowledged") planAcknowledge(desk);
}

function planResolve({ waiting, telling, supersede, add, now }: Desk): void {
  let isKnown = telling?.state === "told";
  for (const delivery of waiting) {
    const mayBeKnown = delivery.attempts > 0 || delivery.isUnsure;
    const isOver = supersede(delivery);
    if (delivery.action === "trigger" && (mayBeKnown || !isOver)) isKnown = true;
    // It is said already, or being said.
    if (delivery.action === "resolve" && !isOver) return;
  }
  if (isKnown) add("resolve", now, 0);
}

function planTelling(desk: Desk, tell: TellingSink): void {
  const { change, waiting, telling, soFar, supersede, add, move, now } = desk;
  const { notBefore, repeatMs } = tell;
  // One that is told as over before anybody heard that it stands again would end the wrong thing.
  const kept = waiting.filter((delivery) => delivery.action !== "resolve" || !supersede(delivery));
  const isOverSoon = kept.some(({ action }) => action === "resolve");
  const isTold = telling?.state === "told" && !isOverSoon;
  const trigger = kept.find(({ action }) => action === "trigger");
  const first = Math.max(notBefore, change.after.toldFrom, now + toFirstWait(change, tell));
  if (!isTold) {
    if (trigger === undefined) add("trigger", first, repeatMs);
    else if (trigger.attempts === 0) move(trigger, first);
    const isBeingTold = trigger !== undefined && !soFar.take(trigger.number);
    if (isBeingTold && hasAnswerFor(tell, change)) planUpdate(desk, tell);
    return;
  }
  planUpdate(desk, tell);
}

/** What is told for the first time says what was done, as it is when it is told. */
function planAnswer(desk: Desk, tell: TellingSink): void {
  const { waiting, telling, soFar } = desk;
  const trigger = waiting.find(({ action }) => action === "trigger");
  const isBeingTold = trigger !== undefined && !soFar.take(trigger.number);
  if (!isBeingTold && (trigger !== undefined || telling?.state !== "told")) return;
  planUpdate(desk, tell);
}

/** What is on its way says nothing of what has come since: there is another one then. */
function planUpdate(desk: Desk, tell: TellingSink): void {
  const { change, waiting, telling, soFar, sink, add, move, now } = desk;
  const { notBefore, groupIntervalMs, repeatMs } = tell;
  const updates = waiting.filter(({ action }) => action === "update");
  const free = updates.filter(({ number }) => soFar.take(number));
  const isOnItsWay = free.length < updates.length;
  // Whoever has much done about one incident is not to send as much: one that was told lately makes the next one wait.
  const before = hasAnswerFor(tell, change) ? soFar.findLastUpdate(sink) : telling?.toldAt;
  const last = isOnItsWay ? now : before;
  const isAtOnce = hasRisen(change) || last === undefined;
  const due = isAtOnce ? now : Math.max(now, Math.min(last, now) + groupIntervalMs);
  const [update] = free;
  if (update === undefined) add("update", Math.max(notBefore, due), repeatMs);
  else if (update.attempts === 0) move(update, Math.max(notBefore, due));
}

function planAcknowledge({ telling, waiting, supersede, add, now }: Desk): void {
  const isKnown = telling?.state === "told" || waiting.some(({ action }) => action === "trigger");
  for (const delivery of waiting) if (delivery.action === "update") supersede(delivery);
  if (isKnown) add("acknowledge", now, 0);
}

function toFirstWait({ before, after }: ChangedIncident, { groupWaitMs }: SinkToTell): number {
  const isBack = before?.state === "resolved";
  if (!isBack) return groupWaitMs;
  const wait = FLAP_WAIT_MS * 2 ** Math.max(0, Math.min(after.reopenings, 8) - 1);
  return Math.max(groupWaitMs, Math.min(wait, MAX_FLAP_WAIT_MS));
}

function hasGrown(change: ChangedIncident): boolean {
  const { before, after } = change;
  return (
    before === undefined ||
    before.state === "resolved" ||
    after.findings > before.findings ||
    (before.state === "acknowledged" && after.state === "open") ||
    hasRisen(change)
  );
}

function hasAnswerFor({ showsUpdates }: TellingSink, { isAnswered }: ChangedIncident): boolean {
  return isAnswered && showsUpdates;
}

function hasRisen({ before, after }: ChangedIncident): boolean {
  if (before === undefined) return false;
  return isGraver(after.severity, before.severity) || isMoreUrgent(after.urgency, before.urgency);
}
