/**
 * News of findings become incidents, and incidents deliveries. One turn after the other, each of it one write: what was made of the news is
 * on disk with how far they were read, so that nothing is told twice over, or never, whenever the collector is killed.
 */
import { randomUUID } from "node:crypto";
import { setImmediate as yieldTurn, setTimeout as wait } from "node:timers/promises";

import { DamagedRow, RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type {
  IncidentStore,
  LeftKey,
  NewsOfFinding,
  Resolution,
  StoredDelivery,
  StoredIncident,
  UnnamedSink,
} from "../stores/incident-store.ts";
import type { ResponseStore } from "../stores/response-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import type { AlertingConfig } from "./alerting-file.ts";
import { decideTellings, type TellingDecision } from "./decide-tellings.ts";
import { type Claims, createDeliverer } from "./deliverer.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import { type ChangedIncident, createIncidentDesk, type IncidentDesk } from "./incident-desk.ts";
import { planDeliveries, planFirstTellings } from "./plan-deliveries.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";
import { toNotification } from "./to-notification.ts";

export interface AlertingOptions {
  readonly store: IncidentStore &
    Pick<EventStore, "findRunOfAny"> &
    Pick<ResponseStore, "listResponsesOfRun">;
  readonly config: AlertingConfig;
  readonly sinks: readonly Sink[];
  readonly publicUrl: string;
  /** Resolved incidents are forgotten after so long. */
  readonly keepMs: number;
  readonly bounds?: DeliveryBounds;
  readonly onOutcome?: (sink: string, outcome: DeliveryOutcome["status"], reason: string) => void;
  /** At the start: something waits for these, and no sink is called so. */
  readonly onUnnamed?: (sinks: readonly UnnamedSink[]) => void;
  readonly onDefect: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Alerting extends AsyncDisposable {
  /** There are news. */
  wake(): void;
  /** When the news that are there now were read, and what was due was told. */
  idle(): Promise<void>;
  /** Resolves what nobody has heard of for long, and forgets what was resolved long ago. */
  lookAfter(): Promise<void>;
  /** False: there is none that is not resolved. Throws `storage-failed`. */
  acknowledge(id: string, by: Answerable): Promise<boolean>;
  resolve(id: string, by: Answerable): Promise<boolean>;
  /** A dead one is tried again now. Throws `bad-request` where its sink is gone. */
  retry(delivery: Pick<StoredDelivery, "number" | "sink">): Promise<void>;
}

export const USUAL_BOUNDS: DeliveryBounds = {
  concurrency: 8,
  attemptMs: 10_000,
  backoff: { firstMs: 1_000, maxMs: 300_000 },
  maxRetryAfterMs: 3_600_000,
  giveUpAfterMs: 86_400_000,
};

/** Of one turn, between which what agents send is taken. */
const MAX_NEWS = 256;
/** So long a turn takes news; what it makes of them takes about as long again. */
const TURN_MS = 10;
/** Where a bell was missed, and for what is quiet. */
const LOOK_AGAIN_MS = 10_000;
const TRY_AGAIN_MS = 500;
/** More than are kept of one incident. */
const MAX_DELIVERIES = 1_000;
/** Nobody has acknowledged it in two weeks, and it has not come again. */
const QUIET_MS = 1_209_600_000;
const MAX_QUIET = 64;
/** Of one turn. */
const MAX_LEFT = 64;
const NO_SINK =
  "the file of --alerting names no sink so; name one so, start again, and have this tried again";
const NO_CHANGES = {
  incidents: [],
  links: [],
  closed: [],
  moved: [],
  superseded: [],
  acknowledged: [],
};

export async function startAlerting(options: AlertingOptions): Promise<Alerting> {
  const { store, config, sinks, publicUrl, keepMs, onDefect, now } = options;
  const { bounds = USUAL_BOUNDS, onOutcome = () => undefined } = options;
  const names = sinks.map(({ name }) => name);
  await store.resumeDeliveries(now());
  const unnamed = store.listUnnamedSinks(names);
  if (unnamed.length > 0) options.onUnnamed?.(unnamed);
  const claims: Claims = new Set();
  const addresses = { publicUrl, runbookUrl: config.runbookUrl };
  const decide = (incident: StoredIncident, at: number): TellingDecision =>
    decideTellings({ ...incident, ...toPlace(store, incident) }, config, at);
  const deliverers = sinks.map((sink) =>
    createDeliverer({
      sink,
      store,
      claims,
      render: (delivery, incident) => toNotification(delivery, incident, { store, addresses }),
      toNextMoment: (incident, at) =>
        decide(incident, at).told.find((told) => told.sink === sink.name)?.notBefore,
      bounds,
      onOutcome,
      onDefect,
      now,
    }),
  );
  const wakeDeliverers = (): void => {
    for (const deliverer of deliverers) deliverer.wake();
  };
  let isClosing = false;
  let turns: Promise<unknown> = Promise.resolve();
  let isTurnAsked = false;

  /** One after the other: what one reads is what the one before has written. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turns.then(work);
    turns = result.catch(() => undefined);
    return result;
  }

  async function record(
    desk: IncidentDesk,
    extra: Pick<Parameters<IncidentStore["recordIncidents"]>[0], "settled" | "acknowledged">,
  ): Promise<void> {
    const taken: number[] = [];
    const take = (number: number): boolean => {
      if (taken.includes(number)) return true;
      if (claims.has(number)) return false;
      claims.add(number);
      taken.push(number);
      return true;
    };
    try {
      const plans = desk.changed.map((changed) => plan(changed, take));
      await store.recordIncidents({
        incidents: plans.map(({ incident }) => incident),
        links: desk.links,
        closed: desk.closed,
        deliveries: plans.flatMap(({ deliveries }) => deliveries),
        moved: plans.flatMap(({ moved }) => moved),
        superseded: plans.flatMap(({ superseded }) => superseded),
        ...extra,
      });
    } finally {
      for (const number of taken) claims.delete(number);
    }
    wakeDeliverers();
  }

  function plan(changed: ChangedIncident, take: (number: number) => boolean) {
    const { before, after } = changed;
    const decision = decide(after, now());
    const told = decision.told.map((one) => {
      const { repeatMs = one.repeatMs, showsUpdates = true } =
        sinks.find(({ name }) => name === one.sink) ?? {};
      return { ...one, repeatMs, showsUpdates };
    });
    const soFar = {
      tellings: before === undefined ? [] : store.listTellings(after.id),
      waiting: before === undefined ? [] : store.listWaitingOfIncident(after.id),
      take,
    };
    const around = { decision: { ...decision, told }, soFar, now: now(), newId: randomUUID };
    const isTold = after.state !== "resolved";
    const dropped = after.dropped + (isTold ? decision.dropped : 0);
    return { incident: { ...after, dropped }, ...planDeliveries(changed, around) };
  }

  /** True: there may be more. */
  async function readNews(): Promise<boolean> {
    const news = store.listNewsOfFindings(MAX_NEWS, now());
    try {
      return await takeNews(news);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
    }
    for (const one of news) await takeOrLeave(one);
    return news.length === MAX_NEWS;
  }

  /** What a damaged row keeps from being taken is left, so that it stops nothing else. */
  async function takeOrLeave(one: NewsOfFinding): Promise<void> {
    try {
      await takeNews([one]);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      onDefect(error);
      const settled = { reader: "alerting", upTo: one.number } as const;
      await record(createIncidentDesk(store, now()), { settled, acknowledged: [] });
    }
  }

  async function takeNews(news: readonly NewsOfFinding[]): Promise<boolean> {
    const desk = createIncidentDesk(store, now());
    const endsAt = performance.now() + TURN_MS;
    let upTo: number | undefined;
    for (const one of news) {
      desk.take(one);
      upTo = one.number;
      if (performance.now() >= endsAt) break;
    }
    if (upTo === undefined) return false;
    await record(desk, { settled: { reader: "alerting", upTo }, acknowledged: [] });
    return news.length === MAX_NEWS || upTo !== news.at(-1)?.number;
  }

  async function readAllNews(): Promise<void> {
    isTurnAsked = false;
    for (;;) {
      if (isClosing) return;
      try {
        if (!(await inTurn(readNews))) return;
        await yieldTurn();
      } catch (error) {
        if (isClosing) return;
        // What cannot be stored is told of already.
        if (!(error instanceof RequestProblem)) onDefect(error);
        await wait(TRY_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  /** Undefined: those were all. */
  async function handOver(after: LeftKey | undefined): Promise<LeftKey | undefined> {
    const left = store.listLeftIncidents(names, after, MAX_LEFT);
    const deliveries = left.flatMap((incident) => {
      const decision = decide(incident, now());
      const told = [
        ...store.listTellings(incident.id),
        ...store.listDeliveriesOfIncident(incident.id, MAX_DELIVERIES),
      ];
      const known = new Set(told.map(({ sink }) => sink));
      return planFirstTellings(incident, { decision, known, now: now(), newId: randomUUID });
    });
    if (deliveries.length > 0) await store.recordIncidents({ ...NO_CHANGES, deliveries });
    wakeDeliverers();
    return left.length === MAX_LEFT ? left.at(-1) : undefined;
  }

  /** Whoever takes the place of a sink that is gone is told what that one was told, or was to be. */
  async function handAllOver(): Promise<void> {
    let after: LeftKey | undefined;
    do {
      if (isClosing) return;
      const from = after;
      after = await inTurn(() => handOver(from));
      await yieldTurn();
    } while (after !== undefined);
  }

  async function abandonUnnamed(): Promise<void> {
    const before = now() - bounds.giveUpAfterMs;
    const late = store.listUnnamedSinks(names).filter(({ oldestAt }) => oldestAt < before);
    if (late.length === 0) return;
    const gone = late.map(({ sink }) => sink);
    await store.abandonDeliveries({ sinks: gone, before, at: now(), reason: NO_SINK });
  }

  const handingOver = handAllOver().catch((error: unknown) => {
    if (!(error instanceof RequestProblem)) onDefect(error);
  });
  let reading: Promise<void> = Promise.resolve();
  const wake = (): void => {
    if (isTurnAsked || isClosing) return;
    isTurnAsked = true;
    reading = reading.then(readAllNews);
  };

  async function lookAfter(): Promise<void> {
    if (store.hasPlannedAhead(now())) {
      await store.mendDueTimes(now());
      wakeDeliverers();
    }
    const quiet = store.listQuietIncidents(now() - QUIET_MS, MAX_QUIET);
    if (quiet.length > 0) {
      await inTurn(() => {
        const desk = createIncidentDesk(store, now());
        for (const { id } of quiet) desk.resolve(id, "age", null);
        return record(desk, { acknowledged: [] });
      });
    }
    await abandonUnnamed();
    await store.forgetIncidents(now() - keepMs);
  }

  const timer = setInterval(() => {
    wake();
    lookAfter().catch((error: unknown) => {
      if (!(error instanceof RequestProblem)) onDefect(error);
    });
  }, LOOK_AGAIN_MS).unref();
  wake();
  wakeDeliverers();

  function change(
    id: string,
    by: Answerable,
    apply: (desk: IncidentDesk) => boolean,
  ): Promise<boolean> {
    return inTurn(async () => {
      const desk = createIncidentDesk(store, now());
      if (!apply(desk)) return false;
      await record(desk, { acknowledged: [{ incidentId: id, by }] });
      return true;
    });
  }

  return {
    wake,
    async idle() {
      await handingOver;
      await reading;
      await turns;
      wakeDeliverers();
      await Promise.all(deliverers.map((deliverer) => deliverer.idle()));
    },
    lookAfter,
    acknowledge: (id, by) => change(id, by, (desk) => desk.acknowledge(id, by)),
    resolve: (id, by) =>
      change(id, by, (desk) => desk.resolve(id, "operator" satisfies Resolution, by)),
    async retry({ number, sink }) {
      if (!names.includes(sink)) {
        const fix = "name it in the file of --alerting and start again";
        throw new RequestProblem(
          "bad-request",
          `there is no sink ${JSON.stringify(sink)} any more: ${fix}`,
        );
      }
      await store.retryDelivery(number, now());
      wakeDeliverers();
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      clearInterval(timer);
      await handingOver;
      await reading;
      await turns;
      await Promise.all(deliverers.map((deliverer) => deliverer[Symbol.asyncDispose]()));
    },
  };
}

/** Of the run that it was seen in last. */
function toPlace(
  store: Pick<EventStore, "findRunOfAny">,
  { firstRunId, lastRunId }: StoredIncident,
): { readonly repository: string | undefined; readonly ref: string | undefined } {
  const run = store.findRunOfAny(lastRunId) ?? store.findRunOfAny(firstRunId);
  return { repository: run?.ci?.repository, ref: run?.ci?.ref };
}
