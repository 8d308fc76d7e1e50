/** Alerting over a real store, with a clock and sinks of the test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { type AlertingConfig, NO_ALERTING } from "../../../../collector/alerting/alerting-file.ts";
import {
  type Alerting,
  type AlertingOptions,
  startAlerting,
  USUAL_BOUNDS,
} from "../../../../collector/alerting/alerting.ts";
import type { Notification } from "../../../../collector/alerting/notification.ts";
import { defineSinkType } from "../../../../collector/alerting/sink-type.ts";
import type {
  DeliveryContext,
  DeliveryOutcome,
  Sink,
} from "../../../../collector/alerting/sink.ts";
import { createNewsBell } from "../../../../collector/news-bell.ts";
import { openSqliteEventStore } from "../../../../collector/storage/sqlite/sqlite-event-store.ts";
import type { OwnFinding } from "../../../../collector/stores/news-store.ts";

export const TENANT = "default";
export const BY = { role: "responder", token: "t", owner: "platform", reason: "seen", at: 9_000 };

export interface TestSink extends Sink {
  readonly told: Notification[];
  /** With what it was told each time. */
  readonly references: (string | undefined)[];
  /** What it answers from now on; nothing: it takes all. */
  answer:
    | ((notification: Notification, context: DeliveryContext) => Promise<DeliveryOutcome>)
    | undefined;
}

export function createTestSink(name: string, more: Partial<Sink> = {}): TestSink {
  const told: Notification[] = [];
  const references: (string | undefined)[] = [];
  return {
    ...more,
    name,
    told,
    references,
    answer: undefined,
    async deliver(notification, context) {
      told.push(notification);
      references.push(context.reference);
      return (
        (await this.answer?.(notification, context)) ?? {
          status: "delivered",
          reference: `of ${name}`,
        }
      );
    },
  };
}

export function toConfig(
  sinks: readonly Sink[],
  more: Partial<AlertingConfig> = {},
): AlertingConfig {
  return {
    ...NO_ALERTING,
    sinks: sinks.map((sink) => ({
      name: sink.name,
      type: TEST_TYPE,
      prepared: { open: () => sink },
      files: [],
    })),
    ...more,
  };
}

const TEST_TYPE = defineSinkType({
  type: "test",
  usually: "all",
  schema: z.unknown(),
  open: () => createTestSink("none"),
});

type Store = Awaited<ReturnType<typeof openSqliteEventStore>>;

export interface AlertingDesk extends AsyncDisposable {
  readonly store: Store;
  readonly alerting: Alerting;
  readonly directory: string;
  /** Milliseconds since 1970; deliverers hear of it when they are woken. */
  clock: { now: number };
  readonly defects: unknown[];
  startRun(id: string, job?: string): Promise<void>;
  find(finding?: Partial<OwnFinding>): Promise<void>;
  /** All news are read, and what was due then was told. */
  settle(): Promise<void>;
  /** Later: what is due by then is told. */
  passTime(milliseconds: number): Promise<void>;
}

export async function openAlertingDesk(
  sinks: readonly Sink[],
  config: AlertingConfig = toConfig(sinks),
): Promise<AlertingDesk> {
  const directory = mkdtempSync(join(tmpdir(), "collector-"));
  const clock = { now: Date.parse("2026-02-02T12:00:00Z") };
  const defects: unknown[] = [];
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const bell = createNewsBell();
  const store = stack.use(
    await openSqliteEventStore({
      directory,
      onFault: ignore,
      onEnd: ignore,
      onNews: bell.ring,
      onDamaged: (error) => defects.push(error),
    }),
  );
  const alerting = stack.use(
    await startAlerting({ ...AROUND, store, config, sinks, ...toSurroundings(clock, defects) }),
  );
  stack.use(bell.listen(() => alerting.wake()));
  const settle = async (): Promise<void> => {
    alerting.wake();
    await alerting.idle();
  };
  const parts = stack.move();
  return {
    store,
    alerting,
    directory,
    clock,
    defects,
    startRun: (id, job = "build") =>
      store.startRun({
        id,
        tenant: TENANT,
        guardRunId: "guard",
        claimHash: id,
        version: "0.1.0",
        scope: "command",
        requestedMode: "audit",
        effectiveMode: "audit",
        ci: {
          provider: "github-actions",
          repository: "acme/app",
          workflow: "ci",
          job,
          runId: "77",
          ref: "refs/heads/main",
        },
        startedAt: clock.now,
      }),
    find: (finding = {}) => store.addOwnFinding({ ...FINDING, at: clock.now, ...finding }),
    settle,
    async passTime(milliseconds) {
      await settle();
      clock.now += milliseconds;
      await settle();
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Another one over what a desk has stored, as after a start with another file. */
export function startAlertingOf(
  { store, clock, defects }: Pick<AlertingDesk, "store" | "clock" | "defects">,
  sinks: readonly Sink[],
  onUnnamed: AlertingOptions["onUnnamed"] = ignore,
): Promise<Alerting> {
  const config = toConfig(sinks);
  const around = toSurroundings(clock, defects);
  return startAlerting({ ...AROUND, store, config, sinks, onUnnamed, ...around });
}

function toSurroundings(clock: AlertingDesk["clock"], defects: unknown[]) {
  return { onDefect: (error: unknown) => void defects.push(error), now: () => clock.now };
}

const AROUND = {
  publicUrl: "https://guard.example.com",
  keepMs: 86_400_000,
  bounds: { ...USUAL_BOUNDS, attemptMs: 2_000 },
};

function ignore(): void {}

const FINDING: OwnFinding = {
  runId: "run",
  id: "new-destination-1",
  rule: "new-destination",
  severity: "critical",
  message: "curl reached example.net, which no run of this job has.",
  technique: "T1041",
  evidence: { seen: "example.net:443" },
  at: 0,
};
