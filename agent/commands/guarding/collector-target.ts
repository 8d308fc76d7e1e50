import { readFileSync } from "node:fs";

/** Where events are to go, as the options say; wrong ones start nothing. */
import type { RunConfig } from "../../config.ts";
import { AgentError, toErrorCode } from "../../errors.ts";
import {
  type CollectorAddress,
  parseCollectorAddress,
} from "../../stream/transport/collector-address.ts";
import {
  COLLECTOR_TOKEN_VARIABLE,
  parseCollectorToken,
  readCollectorToken,
} from "./collector-token.ts";

export interface CollectorTarget {
  readonly addresses: readonly CollectorAddress[];
  /** As it is then: what is in a file may be renewed. */
  readonly token: () => string;
  /** PEM. */
  readonly authorities: string | undefined;
}

export type CollectorConfig = Pick<
  RunConfig,
  "collector" | "collectorTokenFile" | "collectorCa" | "collectorPlainHttp"
>;

/** Undefined where nothing is to be sent. Throws `usage`. */
export function toCollectorTarget(
  config: CollectorConfig,
  token: string | undefined,
): CollectorTarget | undefined {
  const { collector, collectorTokenFile, collectorCa, collectorPlainHttp } = config;
  if (collector.length === 0) return undefined;
  const addresses = collector.map((text) => {
    const parsed = parseCollectorAddress(text, collectorPlainHttp);
    if ("address" in parsed) return parsed.address;
    throw new AgentError("usage", `--collector: ${JSON.stringify(text)} ${parsed.problem}`);
  });
  return {
    addresses,
    token: toToken(collectorTokenFile, parseCollectorToken(token)),
    authorities: collectorCa === undefined ? undefined : readAuthorities(collectorCa),
  };
}

function toToken(path: string | undefined, token: string | undefined): () => string {
  if (path !== undefined) {
    readCollectorToken(path);
    return () => readCollectorToken(path);
  }
  if (token !== undefined) return () => token;
  throw new AgentError(
    "usage",
    `--collector needs a token: set ${COLLECTOR_TOKEN_VARIABLE}, or give --collector-token-file`,
  );
}

function readAuthorities(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch (error) {
    const code = toErrorCode(error);
    throw new AgentError("usage", `--collector-ca: ${path} cannot be read (${code})`, {
      cause: error,
    });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new AgentError("usage", `--collector-ca: ${path} holds no certificate in PEM`);
}
