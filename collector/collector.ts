/** The one place that joins the collector's parts. */
import { mkdirSync, statSync } from "node:fs";

import { createCursors } from "./api/cursors.ts";
import { startHttpServer } from "./api/http-server.ts";
import { createAcknowledgeFindingRoute } from "./api/routes/acknowledge-finding.ts";
import { createAnswerCommandRoute } from "./api/routes/answer-command.ts";
import { createAppendBatchRoute } from "./api/routes/append-batch.ts";
import { createDeletePolicyRoute } from "./api/routes/delete-policy.ts";
import { createFinishRunRoute } from "./api/routes/finish-run.ts";
import { createKillRunRoute } from "./api/routes/kill-run.ts";
import { createListAuditRoute } from "./api/routes/list-audit.ts";
import { createListEventsRoute } from "./api/routes/list-events.ts";
import { createListFindingsRoute } from "./api/routes/list-findings.ts";
import { createListPoliciesRoute } from "./api/routes/list-policies.ts";
import { createListRunsRoute } from "./api/routes/list-runs.ts";
import { createUsageRoutes } from "./api/routes/list-usage.ts";
import { createListenForCommandsRoute } from "./api/routes/listen-for-commands.ts";
import { createPutPolicyRoute } from "./api/routes/put-policy.ts";
import { createReopenFindingRoute } from "./api/routes/reopen-finding.ts";
import { createShowCommandRoute } from "./api/routes/show-command.ts";
import { createShowFindingRoute } from "./api/routes/show-finding.ts";
import { createShowHealthRoute } from "./api/routes/show-health.ts";
import { createShowMetricsRoute } from "./api/routes/show-metrics.ts";
import { createShowPolicyRoute } from "./api/routes/show-policy.ts";
import { createShowReadinessRoute } from "./api/routes/show-readiness.ts";
import { createShowRunRoute } from "./api/routes/show-run.ts";
import { createStartRunRoute } from "./api/routes/start-run.ts";
import { createSuppressFindingRoute } from "./api/routes/suppress-finding.ts";
import { createTightenRunRoute } from "./api/routes/tighten-run.ts";
import { withOpenApi } from "./api/routes/with-open-api.ts";
import type { NewAuditEntry } from "./audit-store.ts";
import { createCommandStreams, DEFAULT_STREAM_BOUNDS } from "./commands/command-streams.ts";
import { createCommands } from "./commands/commands.ts";
import type { ServeConfig } from "./config.ts";
import { CollectorError, RequestProblem } from "./errors.ts";
import type { EventStore } from "./event-store.ts";
import { createAuthenticate } from "./identity/authenticate.ts";
import { NO_SOURCES } from "./identity/identity-file.ts";
import { type AdminToken, findAdminToken, keepKeys } from "./identity/key-file.ts";
import { createJobWatch } from "./identity/kubernetes/job-watch.ts";
import { openVouchers } from "./identity/open-vouchers.ts";
import { createRunTokens } from "./identity/run-tokens.ts";
import { openTokenFile } from "./identity/token-file.ts";
import { createTokens, type TokenGrant, toTokenHash } from "./identity/tokens.ts";
import { AUTH_FAILURES } from "./identity/verdict.ts";
import { INGEST_LIMITS, type IngestLimits } from "./ingest/ingest-limits.ts";
import { createIngest } from "./ingest/ingest.ts";
import { createRateLimit } from "./ingest/rate-limit.ts";
import { readStored } from "./ingest/read-stored.ts";
import { createSilenceWatch } from "./ingest/silence-watch.ts";
import { createCheckQuota, USUAL_QUOTAS } from "./ingest/stored-quota.ts";
import { deriveRunKey, type MasterKeys, toKeyCheck } from "./ingest/upload-key.ts";
import { createJournal, type Journal } from "./journal.ts";
import { type CollectorLog, SILENT_LOG } from "./log.ts";
import { createCollectorMetrics } from "./metrics/collector-metrics.ts";
import { createStandingPolicies } from "./policies/standing-policies.ts";
import { createReadiness } from "./readiness.ts";
import type { Removed } from "./retention/remove-old.ts";
import { USUAL_RULES } from "./retention/retention-ages.ts";
import { startRetention, USUAL_PRUNE_AT } from "./retention/start-retention.ts";
import { createSignRemoval } from "./sign-removal.ts";
import { createStartRun } from "./start-run.ts";
import { lockDirectory } from "./storage/sqlite/lock-directory.ts";
import { findLeftLog, hasDatabase } from "./storage/sqlite/open-database.ts";
import { openSqliteEventStore } from "./storage/sqlite/sqlite-event-store.ts";

/** Some 500 bytes each. */
const MAX_RUNS_IN_MEMORY = 20_000;
/** What may wait for the disk. A second of a disk that is quick enough; a slower one is heard of by whoever sends. */
const MAX_LOAD = { writes: 2_000, bytes: 67_108_864 };
/** An agent needs one, and another while it listens for commands. Some 30 kilobytes each. */
const MAX_CONNECTIONS = 25_000;
/** Agents tell that they live every few seconds. */
const SILENT_AFTER_MS = 120_000;
const SILENCE_LOOKS_MS = 10_000;
/** No job of a runner of GitHub's may take longer (https://docs.github.com/en/actions/reference/limits). */
const RUN_TTL_MS = 6 * 3_600_000;
const CLOCKS = { now: Date.now, uptime: () => performance.now() };
/** Of tokens that are not good, from one address: an agent whose token was renewed too late is no attack. */
const FAILURES = { rate: { perSecond: 1, burst: 100 }, maxNames: 10_000 };
/** A job that begins is known in a second; a runner that waits for one for hours is asked about once a minute. */
const JOB_WAITS = { firstWaitMs: 1_000, maxWaitMs: 60_000 };
const MAX_WATCHED = 10_000;
/** The one tenant of shared tokens. */
const TENANT = "default";

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Kept when it cannot go on, and is to be disposed of: with why. */
  readonly failure: Promise<CollectorError>;
}

export interface CollectorOptions extends ServeConfig {
  /** Called at a first start that did not fail: nothing but the token's hash is kept. */
  readonly onNewAdminToken: (token: string) => void;
  readonly onDefect: (error: unknown) => void;
  /** Of what becomes of runs and requests; undefined: nowhere. */
  readonly log?: CollectorLog;
  /** Who vouches for agents cannot be asked. */
  /** How often it is asked which job a runner has. */
  readonly jobWaits?: typeof JOB_WAITS;
  readonly onIssuerTrouble?: (issuer: string, error: unknown) => void;
  /** Something could not be stored, and whoever sent it was told so. */
  readonly onStorageFault: (fault: string) => void;
  /** The one before was killed, and left a log of so many bytes, which is in the database now. */
  readonly onRecovery?: (bytes: number) => void;
  /** What was too old was removed. */
  readonly onRemoved?: (removed: Removed) => void;
  /** Not all of what is too old could be removed. */
  readonly onRetentionFault?: (error: unknown) => void;
  /** Who sends nothing for so long, and does not say goodbye, is silent. */
  readonly silentAfterMs?: number;
  /** Whatever goes on for longer is counted as forgotten. */
  readonly runTtlMs?: number;
  readonly limits?: IngestLimits;
  readonly maxConnections?: number;
}

/** It takes requests when this returns. Throws `CollectorError`, with nothing left behind. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { dataDir, listen, onDefect } = options;
  makeDirectory(dataDir);
  await using stack = new AsyncDisposableStack();
  stack.use(lockDirectory(dataDir));
  // Before the database: a key that is missing beside one was lost, and not never made.
  const masterKeys = keepKeys(dataDir, hasDatabase(dataDir));
  const admin = toAdminToken(options);
  const grants = toGrants(admin.hash, options);
  const failure = Promise.withResolvers<CollectorError>();
  const leftLog = findLeftLog(dataDir);
  const { now } = CLOCKS;
  const runTtlMs = options.runTtlMs ?? RUN_TTL_MS;
  const metrics = createCollectorMetrics({
    measured: () => ({ store, streams }),
    authFailures: AUTH_FAILURES,
    runTtlMs,
    now,
  });
  const store = stack.use(
    await openSqliteEventStore({
      directory: dataDir,
      onFault(fault) {
        metrics.countStorageFault();
        options.onStorageFault(fault);
      },
      onEnd: (error) => failure.resolve(toStorageEnd(dataDir, error)),
    }),
  );
  await checkKeys(store, masterKeys, dataDir);
  if (leftLog !== undefined) options.onRecovery?.(leftLog);
  const maxRunsInMemory = MAX_RUNS_IN_MEMORY;
  const maxLoad = MAX_LOAD;
  const { limits = INGEST_LIMITS } = options;
  const { log = SILENT_LOG } = options;
  const journal = stack.use(createJournal({ metrics, store, log }));
  const { countBatch: onBatch } = metrics;
  const { onOutcome } = journal;
  const { quotas = USUAL_QUOTAS } = options;
  const checkQuota = createCheckQuota(quotas, store);
  const bounds = { maxRunsInMemory, maxLoad, limits, checkQuota };
  const ingest = createIngest({ store, masterKeys, ...bounds, onBatch, ...journal, ...CLOCKS });
  stack.use(startSilenceWatch(store, { ...options, ...journal }));
  stack.use(
    startRetention({
      store,
      rules: options.retention ?? USUAL_RULES,
      pattern: options.pruneAt ?? USUAL_PRUNE_AT,
      sign: createSignRemoval(masterKeys),
      onRemoved(removed) {
        metrics.countRemoved(removed);
        options.onRemoved?.(removed);
      },
      onFault: (error) => options.onRetentionFault?.(error),
      ...CLOCKS,
    }),
  );
  const streams = createCommandStreams(DEFAULT_STREAM_BOUNDS);
  const commands = createCommands({
    store,
    streams,
    deriveUploadKey: (runId) =>
      deriveRunKey(masterKeys, store.findRunOfAny(runId) ?? { id: runId, keyGeneration: 1 }),
    now: Date.now,
    onChange: journal.onChange,
  });
  const { uptime } = CLOCKS;
  const onTrouble = (issuer: string, error: unknown): void =>
    options.onIssuerTrouble?.(issuer, error);
  const vouchers = openVouchers(options.identity ?? NO_SOURCES, { uptime, onTrouble });
  const jobs = stack.use(
    createJobWatch({
      store,
      follow: ({ identity }) => vouchers.follow(identity),
      onTrouble,
      maxRuns: MAX_WATCHED,
      ...(options.jobWaits ?? JOB_WAITS),
    }),
  );
  for (const { id } of store.listUnidentified(MAX_WATCHED)) jobs.watch(id);
  const { countAuthFailure: onFailure } = metrics;
  const startRun = createStartRun({
    ingest,
    store,
    onReplay: () => onFailure("replayed"),
    onWaiting: (runId) => jobs.watch(runId),
  });
  const cursors = createCursors(Buffer.concat(masterKeys));
  const policies = createStandingPolicies({ store, now: Date.now });
  const triage = { store, now: Date.now };
  const routes = withOpenApi([
    createStartRunRoute(startRun, policies),
    createAppendBatchRoute(ingest),
    createFinishRunRoute(ingest),
    createListRunsRoute(store, cursors),
    createShowRunRoute(store),
    createListEventsRoute(store, readStored, cursors),
    createListFindingsRoute(store, cursors),
    createShowFindingRoute(store),
    createAcknowledgeFindingRoute(triage),
    createSuppressFindingRoute(triage),
    createReopenFindingRoute(triage),
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
    createListAuditRoute(store, cursors),
    createShowHealthRoute(),
    createShowReadinessRoute(createReadiness({ store, directory: dataDir, ...CLOCKS })),
    createShowMetricsRoute(() => metrics.render()),
  ]);
  const [set, given] = [
    createTokens(grants),
    openTokenFile(dataDir, { uptime, onTrouble: (error) => onTrouble("tokens.json", error) }),
  ];
  const authenticate = createAuthenticate({
    tokens: { find: (token) => set.find(token) ?? given.find(token) },
    runTokens: createRunTokens({
      store,
      deriveUploadKey: (run) => deriveRunKey(masterKeys, run),
      maxRuns: maxRunsInMemory,
    }),
    provers: vouchers.provers,
    failures: createRateLimit({ ...FAILURES, uptime }),
    onFailure,
  });
  const { maxConnections = MAX_CONNECTIONS } = options;
  const audit = (entry: Omit<NewAuditEntry, "at">): Promise<void> =>
    store.addAudit({ ...entry, at: Date.now() });
  const server = stack.use(
    await startHttpServer(
      { routes, authenticate, maxConnections, onDefect, onOutcome, audit },
      listen,
    ),
  );
  admin.keep();
  if (admin.token !== undefined) options.onNewAdminToken(admin.token);
  // Before the server, which waits for answers to end.
  stack.use(streams);
  const parts = stack.move();
  return {
    url: server.url,
    failure: failure.promise,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** What it lies in has to be there: a typing error is no reason to make a tree. */
function makeDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { mode: 0o700 });
  } catch (error) {
    if (statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("data-directory", `${dataDir}: cannot be made: ${why}`, {
      cause: error,
    });
  }
}

/** Other keys than those that the events were signed with would end every run. */
async function checkKeys(
  store: Pick<EventStore, "keepFact" | "findFact">,
  masterKeys: MasterKeys,
  dataDir: string,
): Promise<void> {
  for (const [index, key] of masterKeys.entries()) {
    const check = toKeyCheck(key);
    const kept = await store.keepFact(toCheckName(index), check).catch((error: unknown) => {
      throw new CollectorError("data-directory", `${dataDir}: nothing can be stored there`, {
        cause: error,
      });
    });
    if (kept !== check) throw toWrongKey(dataDir);
  }
  if (store.findFact(toCheckName(masterKeys.length)) !== undefined) throw toWrongKey(dataDir);
}

function toCheckName(index: number): string {
  return index === 0 ? "key-check" : `key-check-${index + 1}`;
}

function toWrongKey(dataDir: string): CollectorError {
  return new CollectorError(
    "data-directory",
    `${dataDir}: master.key is not the key of the events beside it; put back the one that was made with them`,
  );
}

function startSilenceWatch(
  store: Pick<EventStore, "markSilent" | "listSilences">,
  {
    silentAfterMs = SILENT_AFTER_MS,
    onDefect,
    onSilent,
  }: CollectorOptions & Pick<Journal, "onSilent">,
): Disposable {
  const watch = createSilenceWatch({ store, silentAfterMs, onSilent, ...CLOCKS });
  const timer = setInterval(
    () => {
      // What cannot be stored is told of already.
      watch.look().catch((error: unknown) => {
        if (!(error instanceof RequestProblem)) onDefect(error);
      });
    },
    Math.min(SILENCE_LOOKS_MS, silentAfterMs),
  );
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function toStorageEnd(dataDir: string, error: Error): CollectorError {
  return new CollectorError(
    "storage",
    `${dataDir}: nothing can be stored any more: ${error.message}`,
    { cause: error },
  );
}

function toAdminToken({ dataDir, adminToken }: CollectorOptions): AdminToken {
  if (adminToken === undefined) return findAdminToken(dataDir);
  return { hash: toTokenHash(adminToken), token: undefined, keep: () => undefined };
}

function toGrants(
  adminHash: string,
  { responderToken, viewerToken, agentToken }: CollectorOptions,
): readonly TokenGrant[] {
  const grants: TokenGrant[] = [{ hash: adminHash, role: "admin", tenant: TENANT }];
  if (responderToken !== undefined) {
    grants.push({ hash: toTokenHash(responderToken), role: "responder", tenant: TENANT });
  }
  if (viewerToken !== undefined) {
    grants.push({ hash: toTokenHash(viewerToken), role: "viewer", tenant: TENANT });
  }
  if (agentToken !== undefined) {
    grants.push({ hash: toTokenHash(agentToken), role: "agent", tenant: TENANT });
  }
  return grants;
}
