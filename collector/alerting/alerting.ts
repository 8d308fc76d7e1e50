/**
 * News of findings become incidents, and incidents deliveries. One turn after the other, each of it one write: what was made of the news is
 * on disk with how far they were read, so that nothing is told twice over, or never, whenever the collector is killed.
 */
import { RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import type {
  IncidentStore,
  Resolution,
  StoredDelivery,
  StoredIncident,
  UnnamedSink,
} from "../stores/incident-store.ts";
import type { ResponseStore } from "../stores/response-store.ts";
import type { Answerable } from "../stores/run-queries.ts";
import type { AlertingConfig } from "./alerting-file.ts";
import { decideTellings } from "./decide-tellings.ts";
import { type Claims, createDeliverer } from "./deliverer.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import { createHandOver } from "./hand-over.ts";
import { createIncidentDesk, type IncidentDesk } from "./incident-desk.ts";
import { lookAfterIncidents } from "./look-after.ts";
import { createNewsLoop } from "./news-loop.ts";
import { createRecordIncidents, type DecideTellings } from "./record-incidents.ts";
import type { DeliveryOutcome, Sink } from "./sink.ts";
import { toNotification } from "./to-notification.ts";
import { createTurns } from "./turns.ts";

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

/** Where a bell was missed, and for what is quiet. */
const LOOK_AGAIN_MS = 10_000;
export async function startAlerting(options: AlertingOptions): Promise<Alerting> {
  const { store, config, sinks, publicUrl, keepMs, onDefect, now } = options;
  const { bounds = USUAL_BOUNDS, onOutcome = () => undefined } = options;
  const names = sinks.map(({ name }) => name);
  await store.resumeDeliveries(now());
  const unnamed = store.listUnnamedSinks(names);
  if (unnamed.length > 0) options.onUnnamed?.(unnamed);
  const claims: Claims = new Set();
  const addresses = { publicUrl, runbookUrl: config.runbookUrl };
  const decide: DecideTellings = (incident, at) =>
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
  const closing = new AbortController();
  const turns = createTurns();
  const { signal } = closing;
  const record = createRecordIncidents({
    store,
    sinks,
    claims,
    decide,
    onRecorded: wakeDeliverers,
    now,
  });
  const news = createNewsLoop({ store, turns, record, closing: signal, onDefect, now });
  const handOver = createHandOver({
    store,
    names,
    decide,
    turns,
    onRecorded: wakeDeliverers,
    closing: signal,
    now,
  });
  const tryHandOver = (): Promise<void> => handOver().catch(tellDefect);

  /** What cannot be stored is told of already. */
  function tellDefect(error: unknown): void {
    if (!(error instanceof RequestProblem)) onDefect(error);
  }

  const lookAfter = async (): Promise<void> => {
    await tryHandOver();
    await lookAfterIncidents({
      store,
      names,
      turns,
      record,
      bounds,
      keepMs,
      onMended: wakeDeliverers,
      now,
    });
  };

  const timer = setInterval(() => {
    news.wake();
    lookAfter().catch(tellDefect);
  }, LOOK_AGAIN_MS).unref();
  const handingOver = tryHandOver();
  news.wake();
  wakeDeliverers();

  function change(
    id: string,
    by: Answerable,
    apply: (desk: IncidentDesk) => boolean,
  ): Promise<boolean> {
    return turns.take(async () => {
      const desk = createIncidentDesk(store, now());
      if (!apply(desk)) return false;
      await record(desk, { acknowledged: [{ incidentId: id, by }] });
      return true;
    });
  }

  return {
    wake: () => news.wake(),
    async idle() {
      await handingOver;
      await news.idle();
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
      closing.abort();
      clearInterval(timer);
      await handingOver;
      await news.idle();
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
