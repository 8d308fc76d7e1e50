/** Alerting with what it needs of the other parts: it hears of news by the bell, and tells its figures to the metrics. */
import { type AlertingConfig, NO_ALERTING } from "./alerting/alerting-file.ts";
import { type Alerting, type AlertingOptions, startAlerting } from "./alerting/alerting.ts";
import type { DeliveryBounds } from "./alerting/delivery-bounds.ts";
import { openSinks } from "./alerting/open-sinks.ts";
import type { ServeConfig } from "./config.ts";
import type { CollectorLog } from "./log.ts";
import type { CountDelivery } from "./metrics/alerting-figures.ts";
import type { NewsBell } from "./news-bell.ts";
import { type RetentionRules, USUAL_RULES } from "./retention/retention-ages.ts";

const MS_A_DAY = 86_400_000;

export interface AlertsOptions extends Pick<ServeConfig, "listen" | "publicUrl" | "retention"> {
  readonly alerting?: AlertingConfig | undefined;
  readonly deliveryBounds?: DeliveryBounds | undefined;
  /** What is alerted on standard output. */
  readonly writeLine?: ((line: string) => void) | undefined;
  readonly onDefect: (error: unknown) => void;
}

export interface AlertsSurroundings extends Pick<AlertingOptions, "store" | "now"> {
  readonly newsBell: NewsBell;
  readonly countDelivery: CountDelivery;
  readonly log: CollectorLog;
}

/** Throws `usage`: a sink's secret cannot be read, say. */
export async function startAlerts(
  {
    alerting: config = NO_ALERTING,
    retention,
    deliveryBounds,
    onDefect,
    ...options
  }: AlertsOptions,
  { store, newsBell, countDelivery, log, now }: AlertsSurroundings,
): Promise<Alerting> {
  const publicUrl = toPublicUrl(options);
  const { writeLine = () => undefined } = options;
  const sinks = openSinks(config.sinks, { writeLine, publicUrl, now });
  const alerting = await startAlerting({
    store,
    config,
    sinks,
    publicUrl,
    keepMs: toLongest(retention ?? USUAL_RULES) * MS_A_DAY,
    ...(deliveryBounds !== undefined && { bounds: deliveryBounds }),
    onOutcome(sink, outcome, reason) {
      countDelivery(sink, outcome);
      if (outcome === "delivered") return log.write("debug", "alert delivered", { sink });
      log.write("warn", outcome === "refused" ? "alert refused" : "alert not delivered yet", {
        sink,
        reason,
      });
    },
    onUnnamed(unnamed) {
      for (const { sink, waiting } of unnamed)
        log.write("warn", "alerts wait for a sink that the file of --alerting does not name", {
          sink,
          waiting,
        });
    },
    onDefect,
    now,
  });
  const listening = newsBell.listen(() => alerting.wake());
  return {
    ...alerting,
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      await alerting[Symbol.asyncDispose]();
    },
  };
}

/** Whether sinks can be opened, and nothing else of them. Throws `usage`. */
export async function checkAlerts(
  config: Pick<AlertsOptions, "alerting" | "publicUrl" | "listen">,
): Promise<void> {
  const { alerting = NO_ALERTING } = config;
  const place = { writeLine: () => undefined, publicUrl: toPublicUrl(config), now: Date.now };
  for (const sink of openSinks(alerting.sinks, place)) await sink.close?.();
}

/** As far as nobody has said otherwise: where it listens. */
export function toPublicUrl({
  publicUrl,
  listen,
}: Pick<AlertsOptions, "publicUrl" | "listen">): string {
  if (publicUrl !== undefined) return publicUrl;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return `http://${host}:${listen.port}`;
}

/** Days. */
function toLongest({ usual, ofTenants }: RetentionRules): number {
  return Math.max(usual.runs, ...[...ofTenants.values()].map(({ runs }) => runs));
}
