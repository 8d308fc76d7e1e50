/** Joins the parts of the way to the collector. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

import type { StartRunRequest } from "../../../protocol/index.ts";
import { tryLock } from "../../control/file-lock.ts";
import { type CollectorStream, createCollectorStream } from "../../stream/collector-stream.ts";
import type { BatchStore } from "../../stream/spool/batch-store.ts";
import { type Beginning, NOTHING_BEFORE, toBeginning } from "../../stream/spool/beginning.ts";
import { createMemoryStore } from "../../stream/spool/memory-store.ts";
import { createRunDirectories } from "../../stream/spool/run-directories.ts";
import type { SpoolPolicy } from "../../stream/spool/spool.ts";
import { createFailoverTransport } from "../../stream/transport/failover-transport.ts";
import { createHttpTransport } from "../../stream/transport/http-transport.ts";
import { type Connect, createOwnAgent } from "../../stream/transport/own-agent.ts";
import { createRetryingTransport } from "../../stream/transport/retrying-transport.ts";
import type { Transport } from "../../stream/transport/transport.ts";
import type { CollectorTarget } from "./collector-target.ts";
import type { DeliveryBeginning } from "./event-delivery.ts";
import { goesOn, type LeftRunsOptions, letGoOfTooMuch, removeRun, sendLeft } from "./left-runs.ts";
import { openRunStore } from "./run-store.ts";

export interface OpenStreamOptions extends LeftRunsOptions {
  readonly target: CollectorTarget;
  /** The guard's own; undefined: what waits is kept in memory. */
  readonly spoolDirectory: string | undefined;
  readonly policy: SpoolPolicy;
  readonly beginning: Omit<DeliveryBeginning, "connect">;
  readonly connect: Connect;
  readonly onTrouble: (reason: string | undefined) => void;
  /** The address that did what it was asked for. */
  readonly onTaken: (address: string) => void;
}

export interface OpenedStream extends AsyncDisposable {
  readonly stream: CollectorStream;
  /** Of this run alone; undefined: what waits is kept in memory. */
  readonly directory: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A collector waits for its disk, and may be at the other end of the world. */
const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 200;
/** A collector that is back is noticed within that time. */
const MAX_WAIT_MS = 5_000;
const CLAIM_BYTES = 32;

export function openStream(options: OpenStreamOptions): OpenedStream {
  const { spoolDirectory, onTrouble } = options;
  const request = toRequest(options);
  if (spoolDirectory === undefined) {
    const stream = open(options, {
      request,
      store: createMemoryStore(),
      beginning: NOTHING_BEFORE,
      directory: undefined,
    });
    return {
      stream,
      directory: undefined,
      [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
    };
  }
  const bootId = readBootId();
  const directories = createRunDirectories({ directory: spoolDirectory, bootId, tryLock });
  directories.removeUnfinished();
  const excess = directories.removeExcess();
  if (excess > 0)
    options.onLetGo(`${excess} runs of guards that were killed were too many to keep`);
  const dead = directories.takeDead();
  const before = dead.findLast((directory) => goesOn(directory, request, { ...options, bootId }));
  const own = before ?? directories.create(request);
  const store = openRunStore(own, options, onTrouble);
  const stream = open(options, {
    request: { ...request, claim: own.request?.claim ?? request.claim },
    store,
    beginning: toBeginning(store),
    directory: own.path,
  });
  const leaving = new AbortController();
  const others = letGoOfTooMuch(
    dead.filter((directory) => directory !== before),
    options,
  );
  const openTransport = (onFailure: (reason: string) => void) => toTransport(options, onFailure);
  const left = sendLeft(others, { ...options, openTransport }, leaving.signal);
  return {
    stream,
    directory: own.path,
    async [Symbol.asyncDispose]() {
      using _ = own;
      leaving.abort();
      await left;
      await stream[Symbol.asyncDispose]();
      if (stream.delivery().isComplete) removeRun(own, options);
    },
  };
}

function toRequest({ beginning }: OpenStreamOptions): StartRunRequest {
  const { guardRunId, version, scope, mode, ci } = beginning;
  const claim = randomBytes(CLAIM_BYTES).toString("hex");
  return { guardRunId, version, scope, mode, ci, claim };
}

function open(
  options: OpenStreamOptions,
  {
    directory,
    ...parts
  }: {
    readonly request: StartRunRequest;
    readonly store: BatchStore;
    readonly beginning: Beginning;
    /** Of this run alone. */
    readonly directory: string | undefined;
  },
): CollectorStream {
  return createCollectorStream({
    ...options,
    ...parts,
    transport: toTransport(options, options.onTrouble, options.onTaken),
    onRun: (run) => options.beginning.onRun?.(run, { connect: options.connect, directory }),
  });
}

function toTransport(
  { target, connect }: OpenStreamOptions,
  onFailure: (reason: string) => void,
  onTaken?: (address: string) => void,
): Transport {
  const { addresses, authorities } = target;
  const proof = target.openProof(connect);
  const connectTimeoutMs = CONNECT_TIMEOUT_MS;
  const transports = addresses.map((address) => ({
    name: address.text,
    transport: createHttpTransport({
      address,
      agent: createOwnAgent({ address, connect, authorities, connectTimeoutMs }),
      proof,
      timeoutMs: ANSWER_TIMEOUT_MS,
    }),
  }));
  return createRetryingTransport(createFailoverTransport(transports, onTaken), {
    firstWaitMs: FIRST_WAIT_MS,
    maxWaitMs: MAX_WAIT_MS,
    random: Math.random,
    onFailure,
  });
}

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}
