/** Joins the parts of the way to the collector. */
import { randomBytes } from "node:crypto";

import type { CollectorStream } from "../../stream/collector-stream.ts";
import { createCollectorStream } from "../../stream/collector-stream.ts";
import { NOTHING_BEFORE } from "../../stream/spool/beginning.ts";
import { createMemoryStore } from "../../stream/spool/memory-store.ts";
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
  readonly maxBytes: number;
  readonly policy: SpoolPolicy;
  readonly request: Omit<DeliveryBeginning, "connect">;
  readonly connect: Connect;
  readonly onTrouble: (reason: string | undefined) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A collector waits for its disk, and may be at the other end of the world. */
const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 200;
/** A collector that is back is noticed within that time. */
const MAX_WAIT_MS = 5_000;
const CLAIM_BYTES = 32;

export function openStream(options: OpenStreamOptions): CollectorStream {
  const { guardRunId, version, scope, mode, ci } = options.request;
  const claim = randomBytes(CLAIM_BYTES).toString("hex");
  return createCollectorStream({
    ...options,
    transport: toTransport(options),
    request: { guardRunId, version, scope, mode, ci, claim },
    store: createMemoryStore(),
    beginning: NOTHING_BEFORE,
    onRun: () => undefined,
  });
}

function toTransport({ target, connect, onTrouble }: OpenStreamOptions): Transport {
  const { addresses, authorities, token } = target;
  const transports = addresses.map((address) =>
    createHttpTransport({
      address,
      agent: createOwnAgent({
        address,
        connect,
        authorities,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      }),
      token,
      timeoutMs: ANSWER_TIMEOUT_MS,
    }),
  );
  return createRetryingTransport(createFailoverTransport(transports), {
    firstWaitMs: FIRST_WAIT_MS,
    maxWaitMs: MAX_WAIT_MS,
    random: Math.random,
    onFailure: onTrouble,
  });
}
