import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

import {
  type CollectorStream,
  createCollectorStream,
} from "../../../../agent/stream/collector-stream.ts";
import type { BatchStore } from "../../../../agent/stream/spool/batch-store.ts";
import { NOTHING_BEFORE } from "../../../../agent/stream/spool/beginning.ts";
import { createMemoryStore } from "../../../../agent/stream/spool/memory-store.ts";
import type { SpoolPolicy } from "../../../../agent/stream/spool/spool.ts";
import { parseCollectorAddress } from "../../../../agent/stream/transport/collector-address.ts";
import { createFailoverTransport } from "../../../../agent/stream/transport/failover-transport.ts";
import { createHttpTransport } from "../../../../agent/stream/transport/http-transport.ts";
import { createOwnAgent } from "../../../../agent/stream/transport/own-agent.ts";
import { createRetryingTransport } from "../../../../agent/stream/transport/retrying-transport.ts";
import type { Transport } from "../../../../agent/stream/transport/transport.ts";
import type { StartRunRequest } from "../../../../protocol/index.ts";

export interface TestStreamOptions {
  readonly urls: readonly string[];
  readonly token: string;
  readonly maxBytes?: number;
  readonly policy?: SpoolPolicy;
  readonly store?: BatchStore;
  readonly onTrouble?: (reason: string | undefined) => void;
}

/** With little patience: a test waits for it. */
export function openTestStream(options: TestStreamOptions): CollectorStream {
  const { maxBytes = 67_108_864, policy = "keep-oldest", onTrouble = () => undefined } = options;
  const transports = options.urls.map((url) => ({
    name: url,
    transport: openTestTransport(url, options.token),
  }));
  return createCollectorStream({
    transport: createRetryingTransport(createFailoverTransport(transports), {
      firstWaitMs: 20,
      maxWaitMs: 100,
      random: Math.random,
      onFailure: onTrouble,
    }),
    request: toTestRequest(),
    store: options.store ?? createMemoryStore(),
    beginning: NOTHING_BEFORE,
    maxBytes,
    policy,
    onRun: () => undefined,
    onTrouble,
  });
}

export function openTestTransport(url: string, token: string, authorities?: string): Transport {
  const parsed = parseCollectorAddress(url, false);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const { address } = parsed;
  const agent = createOwnAgent({
    address,
    connect: connectPlainly,
    authorities,
    connectTimeoutMs: 2_000,
  });
  return createHttpTransport({ address, agent, proof: () => token, timeoutMs: 3_000 });
}

export function toTestRequest(): StartRunRequest {
  return {
    guardRunId: "guard",
    claim: randomBytes(32).toString("hex"),
    version: "0.0.0",
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ci: null,
  };
}

function connectPlainly(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port });
  socket.once("connect", () => resolve(socket));
  socket.once("error", reject);
  return promise;
}
