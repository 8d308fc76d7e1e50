/** What time makes of incidents and of what is told of them, looked at every few seconds. */
import type { IncidentStore } from "../stores/incident-store.ts";
import type { DeliveryBounds } from "./delivery-bounds.ts";
import { createIncidentDesk, type DeskStore } from "./incident-desk.ts";
import type { RecordIncidents } from "./record-incidents.ts";
import type { Turns } from "./turns.ts";

export interface LookAfterOptions {
  readonly store: DeskStore &
    Pick<
      IncidentStore,
      | "hasPlannedAhead"
      | "mendDueTimes"
      | "listQuietIncidents"
      | "listUnnamedSinks"
      | "abandonDeliveries"
      | "forgetIncidents"
    >;
  /** Of the sinks that there are. */
  readonly names: readonly string[];
  readonly turns: Turns;
  readonly record: RecordIncidents;
  readonly bounds: Pick<DeliveryBounds, "giveUpAfterMs">;
  /** Resolved incidents are forgotten after so long. */
  readonly keepMs: number;
  /** Something is due sooner than it was. */
  readonly onMended: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Nobody has acknowledged it in two weeks, and it has not come again. */
const QUIET_MS = 1_209_600_000;
const MAX_QUIET = 64;
const NO_SINK =
  "the file of --alerting names no sink so; name one so, start again, and have this tried again";

export async function lookAfterIncidents(options: LookAfterOptions): Promise<void> {
  const { store, onMended, keepMs, now } = options;
  if (store.hasPlannedAhead(now())) {
    await store.mendDueTimes(now());
    onMended();
  }
  await resolveQuiet(options);
  await abandonUnnamed(options);
  await store.forgetIncidents(now() - keepMs);
}

async function resolveQuiet({ store, turns, record, now }: LookAfterOptions): Promise<void> {
  const quiet = store.listQuietIncidents(now() - QUIET_MS, MAX_QUIET);
  if (quiet.length === 0) return;
  await turns.take(() => {
    const desk = createIncidentDesk(store, now());
    for (const { id } of quiet) desk.resolve(id, "age", null);
    return record(desk, { acknowledged: [] });
  });
}

async function abandonUnnamed({ store, names, bounds, now }: LookAfterOptions): Promise<void> {
  const before = now() - bounds.giveUpAfterMs;
  const late = store.listUnnamedSinks(names).filter(({ oldestAt }) => oldestAt < before);
  if (late.length === 0) return;
  const sinks = late.map(({ sink }) => sink);
  await store.abandonDeliveries({ sinks, before, at: now(), reason: NO_SINK });
}
