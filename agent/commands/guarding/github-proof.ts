/** GitHub vouches for this job: where it is asked. */
import { AgentError } from "../../errors.ts";
import { parseCollectorAddress } from "../../stream/transport/collector-address.ts";
import { type OpenProof, whenAsked } from "./open-proof.ts";

export interface GithubRequest {
  /** ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN: there for jobs with `permissions: id-token: write`. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly audience: string;
  /** What it says is to be in nothing that the guard tells. */
  readonly onToken: (token: string) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 10_000;
const TOKEN = /^[\x21-\x7e]{1,8192}$/;

/** Throws `usage`. */
export function toGithubProof({ url, token, audience, onToken }: GithubRequest): OpenProof {
  if (url === undefined || token === undefined || !TOKEN.test(token)) {
    throw new AgentError(
      "usage",
      "--collector-auth github-oidc: GitHub lets this job ask for no token; give it permissions: id-token: write",
    );
  }
  const { pathname, search, origin } = parseUrl(url);
  const parsed = parseCollectorAddress(origin, false);
  if (!("address" in parsed)) throw toWrongUrl();
  const { address } = parsed;
  return (connect) =>
    whenAsked(async () => {
      const { createGithubToken } = await import("../../stream/proof/github-token.ts");
      const { createVouchedProof } = await import("../../stream/proof/proof.ts");
      const { createHttpTransport } = await import("../../stream/transport/http-transport.ts");
      const { createOwnAgent } = await import("../../stream/transport/own-agent.ts");
      const agent = createOwnAgent({
        address,
        connect,
        authorities: undefined,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
      const transport = createHttpTransport({
        address,
        agent,
        proof: () => token,
        timeoutMs: ANSWER_TIMEOUT_MS,
      });
      const path = `${pathname.slice(1)}${search}`;
      return createVouchedProof(
        createGithubToken({ transport, path, audience, onToken, uptime: readUptime }),
      );
    });
}

function readUptime(): number {
  return performance.now();
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw toWrongUrl();
  return url;
}

function toWrongUrl(): AgentError {
  return new AgentError(
    "usage",
    "--collector-auth github-oidc: ACTIONS_ID_TOKEN_REQUEST_URL is no address that a token can be asked for at",
  );
}
