/** The one place that joins the collector's parts. */
import { trySink } from "./alerting/try-sink.ts";
import { createRoutes } from "./api/create-routes.ts";
import { createCursors } from "./api/cursors.ts";
import { startHttpServer } from "./api/http-server.ts";
import { createIdentify } from "./api/identify.ts";
import { checkKeys } from "./check-keys.ts";
import { createCommandStreams, DEFAULT_STREAM_BOUNDS } from "./commands/command-streams.ts";
import { createCommands } from "./commands/commands.ts";
import type { ServeConfig } from "./config.ts";
import { createPages } from "./dashboard/server/create-pages.ts";
import { closeToOthers, makeDataDirectory } from "./data-directory.ts";
import { createBaselines } from "./detection/baselines.ts";
import { USUAL_DETECTION } from "./detection/detection-file.ts";
import { createFindPolicyInForce } from "./detection/policy-in-force.ts";
import { CollectorError, RequestProblem } from "./errors.ts";
import { createAuthenticate } from "./identity/authenticate.ts";
import { NO_SOURCES, readAuthorities } from "./identity/identity-file.ts";
import { keepKeys } from "./identity/key-file.ts";
import { createJobWatch } from "./identity/kubernetes/job-watch.ts";
import { openVouchers } from "./identity/open-vouchers.ts";
import { createRunTokens } from "./identity/run-tokens.ts";
import { createSessions, type SessionBounds, USUAL_SESSION_BOUNDS } from "./identity/sessions.ts";
import {
  addToken,
  listTokens,
  makeToken,
  openTokenFile,
  revokeToken,
} from "./identity/token-file.ts";
import { toAdminToken, toGrants } from "./identity/token-grants.ts";
import { type Caller, createTokens } from "./identity/tokens.ts";
import { AUTH_FAILURES } from "./identity/verdict.ts";
import { createCheckChain } from "./ingest/check-stored-chain.ts";
import { INGEST_LIMITS, type IngestLimits } from "./ingest/ingest-limits.ts";
import { createIngest } from "./ingest/ingest.ts";
import { createRateLimit } from "./ingest/rate-limit.ts";
import { readStored } from "./ingest/read-stored.ts";
import { createSilenceWatch } from "./ingest/silence-watch.ts";
import { createCheckQuota, USUAL_QUOTAS } from "./ingest/stored-quota.ts";
import { deriveRunKey, findKey } from "./ingest/upload-key.ts";
import { isDeed } from "./is-deed.ts";
import { createJournal, type Journal } from "./journal.ts";
import { openClusters } from "./kubernetes/clusters.ts";
import { createChanges } from "./live/changes.ts";
import { type LiveBounds, USUAL_LIVE_BOUNDS } from "./live/live.ts";
import { type CollectorLog, SILENT_LOG } from "./log.ts";
import { createCollectorMetrics } from "./metrics/collector-metrics.ts";
import { createNewsBell } from "./news-bell.ts";
import { createStandingPolicies } from "./policies/standing-policies.ts";
import { createReadiness } from "./readiness.ts";
import type { Removed } from "./retention/remove-old.ts";
import { getAges, USUAL_RULES } from "./retention/retention-ages.ts";
import { startRetention, USUAL_PRUNE_AT } from "./retention/start-retention.ts";
import { createSignRemoval } from "./sign-removal.ts";
import { type AlertsOptions, startAlerts, toPublicUrl } from "./start-alerts.ts";
import { startDetecting } from "./start-detecting.ts";
import { startLive } from "./start-live.ts";
import { type ResponsesOptions, startResponses } from "./start-responses.ts";
import { createStartRun } from "./start-run.ts";
import { lockDirectory } from "./storage/sqlite/lock-directory.ts";
import { findLeftLog, hasDatabase } from "./storage/sqlite/open-database.ts";
import { openSqliteEventStore } from "./storage/sqlite/sqlite-event-store.ts";
import type { NewAuditEntry } from "./stores/audit-store.ts";
import type { EventStore } from "./stores/event-store.ts";
import { createTellJob } from "./tell-job.ts";

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
/** For whoever watches and loses the connection: some minutes of a busy fleet. */
const MAX_KEPT_CHANGES = 4_096;
const MAX_CHECKED_CHAINS = 2;
const CLOCKS = { now: Date.now, uptime: () => performance.now() };
/** Of tokens that are not good, from one address: an agent whose token was renewed too late is no attack. */
const FAILURES = { rate: { perSecond: 1, burst: 100 }, maxNames: 10_000 };
/** Of a pod, as its cluster says: one whose token was good once has none of them. */
const REFUSALS = { rate: { perSecond: 0.2, burst: 10 }, maxNames: 10_000 };
/** A job that begins is known in a second; a runner that waits for one for hours is asked about once a minute. */
const JOB_WAITS = { firstWaitMs: 1_000, maxWaitMs: 60_000 };
const JOB_BOUNDS = { maxPods: 10_000, maxRunsOfPod: 16, maxSilentMs: 4 * 3_600_000, maxAsking: 32 };

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Kept when it cannot go on, and is to be disposed of: with why. */
  readonly failure: Promise<CollectorError>;
}

export interface CollectorOptions extends ServeConfig {
  readonly responseBounds?: ResponsesOptions["responseBounds"];
  /** Called at a first start that did not fail: nothing but the token's hash is kept. */
  readonly onNewAdminToken: (token: string) => void;
  readonly onDefect: (error: unknown) => void;
  /** Of what becomes of runs and requests; undefined: nowhere. */
  readonly log?: CollectorLog;
  /** How often it is asked which job a runner has. */
  readonly jobWaits?: typeof JOB_WAITS;
  /** Who vouches for agents cannot be asked. */
  readonly onIssuerTrouble?: (issuer: string, error: unknown) => void;
  /** Something could not be stored, and whoever sent it was told so. */
  readonly onStorageFault: (fault: string) => void;
  /** The one before was killed, and left a log of so many bytes, which is in the database now. */
  readonly onRecovery?: (bytes: number) => void;
  /** Files that other users could read or write until now. */
  readonly onClosed?: (names: readonly string[]) => void;
  /** What was too old was removed. */
  readonly onRemoved?: (removed: Removed) => void;
  /** Not all of what is too old could be removed. */
  readonly onRetentionFault?: (error: unknown) => void;
  /** Who sends nothing for so long, and does not say goodbye, is silent. */
  readonly silentAfterMs?: number;
  /** Whatever goes on for longer is counted as forgotten. */
  readonly runTtlMs?: number;
  readonly limits?: IngestLimits;
  readonly sessionBounds?: SessionBounds;
  readonly liveBounds?: LiveBounds;
  readonly maxConnections?: number;
  /** Of each sink. */
  readonly deliveryBounds?: AlertsOptions["deliveryBounds"];
  /** Of alerts to standard output; undefined: nowhere. */
  readonly writeLine?: AlertsOptions["writeLine"];
}

/** It takes requests when this returns. Throws `CollectorError`, with nothing left behind. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { dataDir, listen, onDefect } = options;
  makeDataDirectory(dataDir);
  const closed = closeToOthers(dataDir);
  await using stack = new AsyncDisposableStack();
  stack.use(lockDirectory(dataDir));
  // Before the database: a key that is missing beside one was lost, and not never made.
  const masterKeys = keepKeys(dataDir, hasDatabase(dataDir));
  const admin = toAdminToken(dataDir, options.adminToken);
  const grants = toGrants(admin.hash, options);
  const failure = Promise.withResolvers<CollectorError>();
  const leftLog = findLeftLog(dataDir);
  const { now } = CLOCKS;
  const runTtlMs = options.runTtlMs ?? RUN_TTL_MS;
  const sinks = (options.alerting?.sinks ?? []).map(({ name }) => name);
  const metrics = createCollectorMetrics({
    measured: () => ({ store, streams, detection: detecting }),
    authFailures: AUTH_FAILURES,
    sinks,
    runTtlMs,
    now,
  });
  const newsBell = createNewsBell();
  const store = stack.use(
    await openSqliteEventStore({
      directory: dataDir,
      onNews: newsBell.ring,
      onDamaged: onDefect,
      onFault(fault) {
        metrics.countStorageFault();
        options.onStorageFault(fault);
      },
      onEnd: (error) => failure.resolve(toStorageEnd(dataDir, error)),
    }),
  );
  await checkKeys(store, masterKeys, dataDir);
  if (leftLog > 0) options.onRecovery?.(leftLog);
  if (closed.length > 0) options.onClosed?.(closed);
  const maxRunsInMemory = MAX_RUNS_IN_MEMORY;
  const maxLoad = MAX_LOAD;
  const { limits = INGEST_LIMITS } = options;
  const { log = SILENT_LOG } = options;
  const changes = createChanges(MAX_KEPT_CHANGES);
  const noteRun = (runId: string): void => changes.note({ kind: "run", runId });
  stack.use(newsBell.listen(() => changes.note({ kind: "findings" })));
  const onTrouble = (issuer: string, error: unknown): void =>
    options.onIssuerTrouble?.(issuer, error);
  const { uptime } = CLOCKS;
  const [set, given] = [
    createTokens(grants),
    openTokenFile(dataDir, { uptime, onTrouble: (error) => onTrouble("tokens.json", error) }),
  ];
  const isGranted = (caller: Caller): boolean => set.has(caller) || given.has(caller);
  const live = startLive({
    store,
    changes,
    isGranted,
    bounds: options.liveBounds ?? USUAL_LIVE_BOUNDS,
    onDefect,
  });
  const journal = stack.use(createJournal({ metrics, store, log, onRun: noteRun }));
  const { quotas = USUAL_QUOTAS } = options;
  const checkQuota = createCheckQuota(quotas, store, CLOCKS.uptime);
  const bounds = { maxRunsInMemory, maxLoad, limits, checkQuota };
  const { detection = USUAL_DETECTION } = options;
  const detecting = stack.use(await startDetecting({ ...options, detection }, { store, log, now }));
  stack.use(newsBell.listen(() => detecting.noteNews()));
  const ingest = createIngest({
    store,
    masterKeys,
    ...bounds,
    ...journal,
    onBatch(batch) {
      metrics.countBatch(batch);
      noteRun(batch.runId);
      detecting.noteBatch(batch.runId);
    },
    onGoodbye(run) {
      journal.onGoodbye(run);
      detecting.noteEnd(run.runId);
    },
    ...CLOCKS,
  });
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
  const { countDelivery } = metrics;
  const alerting = stack.use(
    await startAlerts(options, { store, newsBell, countDelivery, log, now }),
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
  const sources = options.identity ?? NO_SOURCES;
  const clusters = stack.use(openClusters(sources.kubernetes, { readAuthorities }));
  const vouchers = openVouchers(sources, { clusters, uptime, onTrouble });
  const policies = createStandingPolicies({ store, now: Date.now });
  const jobs = stack.use(
    createJobWatch({
      store,
      follow: ({ identity }) => vouchers.follow(identity),
      onTrouble,
      onIdentified: createTellJob({ commands, policies }),
      onLeftOut: () => metrics.countPodLeftOut(),
      ...JOB_BOUNDS,
      ...(options.jobWaits ?? JOB_WAITS),
      now,
    }),
  );
  const { maxPods, maxRunsOfPod, maxSilentMs } = JOB_BOUNDS;
  for (const id of store.listUnidentified(now() - maxSilentMs, maxPods * maxRunsOfPod))
    jobs.watch(id);
  const { countAuthFailure: onFailure } = metrics;
  const startRun = createStartRun({
    ingest,
    store,
    onReplay: () => onFailure("replayed"),
    mayWait: (identity) => jobs.mayWatch(identity),
    onWaiting: (runId) => jobs.watch(runId),
    now,
  });
  const runTokens = createRunTokens({
    store,
    deriveUploadKey: (run) => deriveRunKey(masterKeys, run),
    maxRuns: maxRunsInMemory,
  });
  const responder = stack.use(
    startResponses(options, {
      store,
      newsBell,
      clusters,
      commands,
      endSession(run) {
        ingest.closeRun(run);
        runTokens.forget(run.runId);
      },
      countResponse(response) {
        metrics.countResponse(response);
        noteRun(response.runId);
        changes.note({ kind: "deeds" });
      },
      log,
      ...CLOCKS,
    }),
  );
  const cursors = createCursors(Buffer.concat(masterKeys));
  const baselines = createBaselines({ store, settings: detection, now });
  const sessions = stack.use(
    createSessions({
      isGranted,
      bounds: options.sessionBounds ?? USUAL_SESSION_BOUNDS,
      now,
    }),
  );
  const cookiePlace = { isHttpsOnly: options.publicUrl?.startsWith("https:") === true };
  const routes = createRoutes({
    sessions,
    cookiePlace,
    checkChain: createCheckChain({ store, masterKeys, maxAtOnce: MAX_CHECKED_CHAINS }),
    findMasterKey: ({ keyGeneration }) => findKey(masterKeys, keyGeneration),
    live,
    settings: {
      store,
      ages: (tenant) => getAges(options.retention ?? USUAL_RULES, tenant),
      maxBytes: (tenant) => quotas.bytesOfTenants.get(tenant) ?? quotas.usualBytes,
      pruneAt: options.pruneAt ?? USUAL_PRUNE_AT,
      sinks: options.alerting?.sinks ?? [],
      trySink: (sink) =>
        trySink(sink, {
          writeLine: options.writeLine ?? (() => undefined),
          publicUrl: toPublicUrl(options),
          now,
        }),
    },
    tokenDesk: {
      list: () => listTokens(dataDir),
      give(grant) {
        const made = makeToken(grant);
        addToken(dataDir, made);
        return made;
      },
      revoke: (id) => revokeToken(dataDir, id),
    },
    baselines,
    findPolicyInForce: createFindPolicyInForce({
      store,
      readEvents: readStored,
      learn: detection.learn,
    }),
    ingest,
    startRun,
    store,
    alerting,
    commands,
    policies,
    responder,
    cursors,
    readChecks: createReadiness({ store, directory: dataDir, sinks, ...CLOCKS }),
    renderMetrics: () => metrics.render(),
    now,
  });
  const authenticate = createAuthenticate({
    tokens: { find: (token) => set.find(token) ?? given.find(token) },
    runTokens,
    provers: vouchers.provers,
    failures: createRateLimit({ ...FAILURES, uptime }),
    refusals: createRateLimit({ ...REFUSALS, uptime }),
    onFailure,
    isRevoked: ({ identity: { issuer, facts } }) =>
      facts["podUid"] !== undefined && store.isRevokedPod({ issuer, uid: facts["podUid"] }),
  });
  const { maxConnections = MAX_CONNECTIONS } = options;
  const audit = (entry: Omit<NewAuditEntry, "at">): Promise<void> =>
    store.addAudit({ ...entry, at: Date.now() });
  const server = stack.use(
    await startHttpServer(
      {
        routes,
        findPage: createPages(),
        identify: createIdentify({ authenticate, sessions, cookiePlace }),
        maxConnections,
        onDefect,
        onOutcome(outcome, request) {
          journal.onOutcome(outcome, request);
          if (outcome === "ok" && isDeed(request)) changes.note({ kind: "deeds" });
        },
        audit,
      },
      listen,
    ),
  );
  admin.keep();
  if (admin.token !== undefined) options.onNewAdminToken(admin.token);
  // Before the server, which waits for answers to end.
  stack.use(streams);
  stack.use(live);
  const parts = stack.move();
  return {
    url: server.url,
    failure: failure.promise,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
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
