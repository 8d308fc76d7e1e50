/** Where events are to go, as the options say; wrong ones start nothing. */
import { readFileSync } from "node:fs";

import type { RunConfig } from "../../config.ts";
import { AgentError } from "../../errors.ts";
import { describeUnreadable } from "../../policy/read-file-within.ts";
import {
  type CollectorAddress,
  parseCollectorAddress,
} from "../../stream/transport/collector-address.ts";
import {
  COLLECTOR_TOKEN_VARIABLE,
  createTokenFile,
  parseCollectorToken,
} from "./collector-token.ts";
import { type GithubRequest, toGithubProof } from "./github-proof.ts";
import type { OpenProof } from "./open-proof.ts";
import { toPodProof } from "./pod-proof.ts";

export interface CollectorTarget {
  readonly addresses: readonly CollectorAddress[];
  /** Over connections of the guard's own. */
  readonly openProof: OpenProof;
  /** PEM. */
  readonly authorities: string | undefined;
}

export type CollectorConfig = Pick<
  RunConfig,
  "collector" | "collectorTokenFile" | "collectorCa" | "collectorPlainHttp"
> &
  Partial<Pick<RunConfig, "collectorAuth" | "collectorAudience">>;

export interface CollectorSecrets {
  readonly token: string | undefined;
  /** What GitHub's runner gave the job to ask for tokens with. */
  readonly github?: Pick<GithubRequest, "url" | "token">;
  /** Each token that is shown to a collector, before it is. */
  readonly onToken?: (token: string) => void;
}

/** Undefined where nothing is to be sent. Throws `usage`. */
export function toCollectorTarget(
  config: CollectorConfig,
  secrets: CollectorSecrets,
): CollectorTarget | undefined {
  const { collector, collectorCa, collectorPlainHttp } = config;
  if (collector.length === 0) return undefined;
  const addresses = collector.map((text) => {
    const parsed = parseCollectorAddress(text, collectorPlainHttp);
    if ("address" in parsed) return parsed.address;
    throw new AgentError("usage", `--collector: ${JSON.stringify(text)} ${parsed.problem}`);
  });
  return {
    addresses,
    openProof: toProof(config, secrets),
    authorities: collectorCa === undefined ? undefined : readAuthorities(collectorCa),
  };
}

function toProof(config: CollectorConfig, secrets: CollectorSecrets): OpenProof {
  const { collector, collectorTokenFile, collectorAuth = "token", collectorAudience } = config;
  const { github, onToken = () => undefined } = secrets;
  if (collectorAuth === "github-oidc") {
    // As it stands there: what one collector is shown is of no use at another one.
    const audience = collectorAudience ?? collector[0] ?? "";
    return toGithubProof({ url: github?.url, token: github?.token, audience, onToken });
  }
  if (collectorAudience !== undefined) {
    throw new AgentError(
      "usage",
      `--collector-audience is for --collector-auth github-oidc, and this is ${collectorAuth}; leave it out`,
    );
  }
  if (collectorAuth === "kubernetes") {
    return toPodProof(collectorTokenFile, onToken);
  }
  const token = parseCollectorToken(secrets.token);
  if (collectorTokenFile !== undefined) {
    const read = createTokenFile(
      { path: collectorTokenFile, origin: "--collector-token-file" },
      onToken,
    );
    return () => read;
  }
  if (token === undefined) {
    throw new AgentError(
      "usage",
      `--collector needs a token: set ${COLLECTOR_TOKEN_VARIABLE}, or give --collector-token-file`,
    );
  }
  onToken(token);
  return () => () => token;
}

function readAuthorities(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch (error) {
    const why = describeUnreadable(error, "what it names");
    throw new AgentError("usage", `--collector-ca: ${path} ${why}`, { cause: error });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new AgentError("usage", `--collector-ca: ${path} holds no certificate in PEM`);
}
