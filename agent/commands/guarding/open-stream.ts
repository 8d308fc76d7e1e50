/** Joins the parts of the way to the collector. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

import type { StartRunRequest } from "../../../protocol/index.ts";
import { tryLock } from "../../control/file-lock.ts";
import { toErrorText } from "../../errors.ts";
import { type CollectorStream, createCollectorStream } from "../../stream/collector-stream.ts";
import { sendLeftover } from "../../stream/leftover.ts";
import type { BatchStore } from "../../stream/spool/batch-store.ts";
import { type Beginning, NOTHING_BEFORE, toBeginning } from "../../stream/spool/beginning.ts";
import { boundLeft, countUnsent } from "../../stream/spool/bound-left.ts";
import { openDiskStore } from "../../stream/spool/disk-store.ts";
import { createMemoryStore } from "../../stream/spool/memory-store.ts";
import { createRunDirectories, type RunDirectory } from "../../stream/spool/run-directories.ts";
import type { SpoolPolicy } from "../../stream/spool/spool.ts";
import { createFailoverTransport } from "../../stream/transport/failover-transport.ts";
import { createHttpTransport } from "../../stream/transport/http-transport.ts";
import { type Connect, createOwnAgent } from "../../stream/transport/own-agent.ts";
import { createRetryingTransport } from "../../stream/transport/retrying-transport.ts";
import type { Transport } from "../../stream/transport/transport.ts";
import type { CollectorTarget } from "./collector-target.ts";
import type { DeliveryBeginning } from "./event-delivery.ts";

export interface OpenStreamOptions {
  readonly target: CollectorTarget;
  /** The guard's own; undefined: what waits is kept in memory. */
  readonly spoolDirectory: string | undefined;
  readonly maxBytes: number;
  readonly policy: SpoolPolicy;
  readonly beginning: Omit<DeliveryBeginning, "connect">;
  readonly connect: Connect;
  readonly onTrouble: (reason: string | undefined) => void;
  /** The address that did what it was asked for. */
  readonly onTaken: (address: string) => void;
  /** What a dead guard left, and could not be sent. */
  readonly onLeft: (path: string, reason: string | undefined) => void;
  /** What is gone of dead guards' runs, because more of them waited than may. */
  readonly onLetGo: (message: string) => void;
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
/** A directory is that many files at most, and none is so large that much of it waits for its last record. */
const SEGMENTS = 16;
const SEGMENT_BYTES = { min: 65_536, max: 4_194_304 };
/** Nobody asks any more what a job did a month ago and no collector has heard of. */
const MAX_LEFT_AGE_MS = 30 * 86_400_000;

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
  const store = openStore(own, options, onTrouble);
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
  const left = sendLeft(others, options, leaving.signal);
  return {
    stream,
    directory: own.path,
    async [Symbol.asyncDispose]() {
      using _ = own;
      leaving.abort();
      await left;
      await stream[Symbol.asyncDispose]();
      if (stream.delivery().isComplete) remove(own, options);
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

/** The same job's, interrupted: a guard of a command ends with it, so another command is another run. */
function goesOn(
  directory: RunDirectory,
  request: StartRunRequest,
  { bootId, maxBytes }: Pick<OpenStreamOptions, "maxBytes"> & { readonly bootId: string },
): boolean {
  if (directory.request === undefined) return false;
  const { scope, ci } = directory.request;
  const isSame = scope === request.scope && JSON.stringify(ci) === JSON.stringify(request.ci);
  if (request.scope === "command" || !isSame || directory.bootId !== bootId) return false;
  try {
    using store = openStore(directory, { maxBytes }, () => undefined);
    return store.head(store.length - 1)?.isLast !== true;
  } catch {
    // Whoever sends what is left tells why.
    return false;
  }
}

function openStore(
  { path: directory }: RunDirectory,
  { maxBytes }: Pick<OpenStreamOptions, "maxBytes">,
  onTrouble: (reason: string | undefined) => void,
) {
  const segmentBytes = Math.min(
    Math.max(maxBytes / SEGMENTS, SEGMENT_BYTES.min),
    SEGMENT_BYTES.max,
  );
  return openDiskStore({ directory, segmentBytes, onTrouble });
}

function letGoOfTooMuch(
  dead: readonly RunDirectory[],
  options: OpenStreamOptions,
): readonly RunDirectory[] {
  const bounds = { maxBytes: options.maxBytes, maxAgeMs: MAX_LEFT_AGE_MS, now: Date.now() };
  const { kept, tooMuch } = boundLeft(dead, bounds);
  for (const { directory, why } of tooMuch) {
    using _ = directory;
    const { path } = directory;
    try {
      const count = countUnsent(directory);
      directory.remove();
      options.onLetGo(
        `${count ?? "unknown"} events of a guard that was killed are lost with ${path}: ${why}`,
      );
    } catch (error) {
      options.onLeft(path, toErrorText(error));
    }
  }
  return kept;
}

/** One after the other, beside the run that is going on. Does not reject, whatever lies there. */
async function sendLeft(
  dead: readonly RunDirectory[],
  options: OpenStreamOptions,
  signal: AbortSignal,
): Promise<void> {
  for (const directory of dead) {
    using _ = directory;
    try {
      const { outcome, trouble } = await sendOne(directory, options, signal);
      if (outcome === "sent") remove(directory, options);
      else options.onLeft(directory.path, trouble);
    } catch (error) {
      options.onLeft(directory.path, toErrorText(error));
    }
  }
}

async function sendOne(
  directory: RunDirectory,
  options: OpenStreamOptions,
  signal: AbortSignal,
): Promise<{ readonly outcome: "sent" | "waiting"; readonly trouble: string | undefined }> {
  const { request } = directory;
  if (request === undefined) {
    return { outcome: "waiting", trouble: "nobody can read whose it is" };
  }
  let trouble: string | undefined;
  const onTrouble = (reason: string | undefined): void => {
    trouble = reason ?? trouble;
  };
  using store = openStore(directory, options, onTrouble);
  using transport = toTransport(options, onTrouble);
  const outcome = await sendLeftover({ store, transport, request, onTrouble }, signal);
  return { outcome, trouble };
}

function remove(directory: RunDirectory, { onLeft }: Pick<OpenStreamOptions, "onLeft">): void {
  try {
    directory.remove();
  } catch (error) {
    onLeft(directory.path, toErrorText(error));
  }
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
