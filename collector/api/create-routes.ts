/** All that the collector answers, one file a route. */
import type { Commands } from "../commands/commands.ts";
import type { Baselines } from "../detection/baselines.ts";
import type { FindPolicyInForce } from "../detection/policy-in-force.ts";
import type { Sessions } from "../identity/sessions.ts";
import type { CheckChain } from "../ingest/check-stored-chain.ts";
import type { Ingest } from "../ingest/ingest.ts";
import { readStored } from "../ingest/read-stored.ts";
import type { Live } from "../live/live.ts";
import type { StandingPolicies } from "../policies/standing-policies.ts";
import type { Check } from "../readiness.ts";
import type { Responder } from "../response/responder.ts";
import { createRunbooks } from "../runbooks/runbooks.ts";
import type { StartRun } from "../start-run.ts";
import type { AuditStore } from "../stores/audit-store.ts";
import type { BaselineReader } from "../stores/baseline-store.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { IncidentStore, StoredDelivery } from "../stores/incident-store.ts";
import type { OverviewStore } from "../stores/overview-store.ts";
import type { ResponseStore } from "../stores/response-store.ts";
import type { RunQueries, TriageStore } from "../stores/run-queries.ts";
import type { UsageStore } from "../stores/usage-store.ts";
import type { Cursors } from "./cursors.ts";
import type { Route } from "./route.ts";
import { createAcknowledgeFindingRoute } from "./routes/acknowledge-finding.ts";
import { createAnswerCommandRoute } from "./routes/answer-command.ts";
import { createAppendBatchRoute } from "./routes/append-batch.ts";
import {
  type ChangeIncidentOptions,
  createChangeIncidentRoutes,
} from "./routes/change-incident.ts";
import { createDeletePolicyRoute } from "./routes/delete-policy.ts";
import { createExpectFindingRoute } from "./routes/expect-finding.ts";
import { createExportRunRoute, type ExportRunOptions } from "./routes/export-run.ts";
import { createFinishRunRoute } from "./routes/finish-run.ts";
import { createKillRunRoute } from "./routes/kill-run.ts";
import { createListAuditRoute } from "./routes/list-audit.ts";
import { createListBaselineChangesRoute } from "./routes/list-baseline-changes.ts";
import { createListBaselinesRoute } from "./routes/list-baselines.ts";
import { createListDeliveriesRoute } from "./routes/list-deliveries.ts";
import { createListEventsRoute } from "./routes/list-events.ts";
import { createListFindingsRoute } from "./routes/list-findings.ts";
import { createListIncidentsRoute } from "./routes/list-incidents.ts";
import { createListPoliciesRoute } from "./routes/list-policies.ts";
import {
  createListResponsesOfRunRoute,
  createListResponsesRoute,
} from "./routes/list-responses.ts";
import { createListRunsRoute } from "./routes/list-runs.ts";
import { createUsageRoutes } from "./routes/list-usage.ts";
import { createListenForCommandsRoute } from "./routes/listen-for-commands.ts";
import { createPutPolicyRoute } from "./routes/put-policy.ts";
import { createReopenFindingRoute } from "./routes/reopen-finding.ts";
import { createResetBaselineRoute } from "./routes/reset-baseline.ts";
import { createRespondToRunRoute } from "./routes/respond-to-run.ts";
import { createSetResponseModeRoute, createShowResponseModeRoute } from "./routes/response-mode.ts";
import { createRetryDeliveryRoute } from "./routes/retry-delivery.ts";
import { createSessionRoutes } from "./routes/session.ts";
import { createSettingsRoutes, type SettingsOptions } from "./routes/settings.ts";
import { createShowBaselineRoute } from "./routes/show-baseline.ts";
import { createShowChainRoute } from "./routes/show-chain.ts";
import { createShowCommandRoute } from "./routes/show-command.ts";
import { createShowFindingRoute } from "./routes/show-finding.ts";
import { createShowHealthRoute } from "./routes/show-health.ts";
import { createShowIncidentRoute } from "./routes/show-incident.ts";
import { createShowMetricsRoute } from "./routes/show-metrics.ts";
import { createShowOverviewRoute } from "./routes/show-overview.ts";
import { createShowPolicyInForceRoute } from "./routes/show-policy-in-force.ts";
import { createShowPolicyRoute } from "./routes/show-policy.ts";
import { createShowReadinessRoute } from "./routes/show-readiness.ts";
import { createShowRunRoute } from "./routes/show-run.ts";
import { createRunbookRoutes } from "./routes/show-runbook.ts";
import { createStartRunRoute } from "./routes/start-run.ts";
import { createSuggestPolicyRoute } from "./routes/suggest-policy.ts";
import { createSuppressFindingRoute } from "./routes/suppress-finding.ts";
import { createTightenRunRoute } from "./routes/tighten-run.ts";
import { createTokenRoutes, type TokenDesk } from "./routes/tokens.ts";
import { createWatchRoutes } from "./routes/watch.ts";
import { withOpenApi } from "./routes/with-open-api.ts";
import type { CookiePlace } from "./session-cookie.ts";

export interface RouteParts {
  readonly baselines: Baselines;
  readonly findPolicyInForce: FindPolicyInForce;
  readonly ingest: Ingest;
  readonly startRun: StartRun;
  readonly store: EventStore &
    ResponseStore &
    RunQueries &
    TriageStore &
    Pick<BaselineReader, "listBaselines"> &
    UsageStore &
    OverviewStore &
    AuditStore &
    ExportRunOptions["store"] &
    IncidentStore;
  readonly alerting: ChangeIncidentOptions["alerting"] & {
    retry(delivery: StoredDelivery): Promise<void>;
  };
  readonly commands: Commands;
  readonly policies: StandingPolicies;
  readonly responder: Responder;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  readonly cookiePlace: CookiePlace;
  readonly live: Live;
  readonly settings: SettingsOptions;
  readonly tokenDesk: TokenDesk;
  readonly checkChain: CheckChain;
  readonly findMasterKey: ExportRunOptions["findMasterKey"];
  readonly readChecks: () => Promise<readonly Check[]>;
  readonly renderMetrics: () => Promise<string>;
  readonly now: () => number;
}

export function createRoutes({
  baselines,
  findPolicyInForce,
  ingest,
  startRun,
  store,
  alerting,
  commands,
  policies,
  responder,
  cursors,
  sessions,
  cookiePlace,
  live,
  settings,
  tokenDesk,
  checkChain,
  findMasterKey,
  readChecks,
  renderMetrics,
  now,
}: RouteParts): readonly Route[] {
  const triage = { store, now };
  return withOpenApi([
    createStartRunRoute({ ingest, startRun, policies }),
    createAppendBatchRoute(ingest),
    createFinishRunRoute(ingest),
    createShowOverviewRoute(store),
    createListRunsRoute(store, cursors),
    createShowRunRoute(store),
    createShowChainRoute(checkChain),
    createExportRunRoute({ store, readEvents: readStored, findMasterKey }),
    createListEventsRoute(store, readStored, cursors),
    createListFindingsRoute(store, cursors),
    createShowFindingRoute(store),
    createAcknowledgeFindingRoute(triage),
    createSuppressFindingRoute(triage),
    createReopenFindingRoute(triage),
    createExpectFindingRoute(triage, baselines),
    createListBaselinesRoute(store, cursors),
    createShowBaselineRoute(baselines),
    createListBaselineChangesRoute(baselines, cursors),
    createResetBaselineRoute(baselines),
    createSuggestPolicyRoute(baselines),
    createShowPolicyInForceRoute(findPolicyInForce),
    createListIncidentsRoute(store, cursors),
    createShowIncidentRoute(store),
    ...createChangeIncidentRoutes({ store, alerting, now }),
    createListDeliveriesRoute(store, cursors),
    createRetryDeliveryRoute(store, alerting),
    ...createUsageRoutes(store),
    createListPoliciesRoute(policies),
    createShowPolicyRoute(policies),
    createPutPolicyRoute(policies),
    createDeletePolicyRoute(policies),
    createListenForCommandsRoute(commands),
    createAnswerCommandRoute(commands),
    createShowCommandRoute(commands),
    createKillRunRoute(commands),
    createTightenRunRoute(commands),
    createRespondToRunRoute(responder),
    createListResponsesRoute(store, cursors),
    createListResponsesOfRunRoute(store, cursors),
    createShowResponseModeRoute({ store, now }),
    createSetResponseModeRoute({ store, now }),
    createListAuditRoute(store, cursors),
    ...createWatchRoutes(live, store),
    ...createSettingsRoutes(settings),
    ...createTokenRoutes(tokenDesk),
    ...createSessionRoutes({ sessions, cookiePlace }),
    ...createRunbookRoutes(createRunbooks()),
    createShowHealthRoute(),
    createShowReadinessRoute(readChecks),
    createShowMetricsRoute(renderMetrics),
  ]);
}
