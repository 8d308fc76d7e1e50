/**
 * GitHub's own word for which job this is: asked for where the runner says, with what the runner gave the job for that
 * (https://docs.github.com/en/actions/reference/security/oidc).
 */
import { z } from "zod";

import { parseJson } from "../../parse-json.ts";
import type { CollectorRequest, Transport } from "../transport/transport.ts";

export interface GithubTokenOptions {
  /** To where the token is asked for, with the runner's own token. */
  readonly transport: Pick<Transport, "send">;
  /** Below the address: path and query. */
  readonly path: string;
  /** The collector that the token is for: nobody else takes it. */
  readonly audience: string;
  /** Before anybody else gets it. */
  readonly onToken: (token: string) => void;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
}

/** It is good for five minutes, and so is each for another try of the same start. */
const KEPT_MS = 120_000;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const answerSchema = z.object({ value: z.string().max(8_192).regex(JWT) });

/** Rejects with why there is none. */
export function createGithubToken(
  options: GithubTokenOptions,
): (signal: AbortSignal) => Promise<string> {
  let kept: { readonly token: string; readonly at: number } | undefined;
  return async (signal) => {
    const at = options.uptime();
    if (kept !== undefined && at - kept.at < KEPT_MS) return kept.token;
    const token = await ask(options, signal);
    options.onToken(token);
    kept = { token, at };
    return token;
  };
}

async function ask(options: GithubTokenOptions, signal: AbortSignal): Promise<string> {
  const { path, audience } = options;
  const asked = `${path}${path.includes("?") ? "&" : "?"}audience=${encodeURIComponent(audience)}`;
  const request: CollectorRequest = {
    method: "GET",
    path: asked,
    headers: { accept: "application/json" },
  };
  const reply = await options.transport.send(request, signal);
  if (reply.status === "unreachable") throw toError(reply.reason);
  const answer = answerSchema.safeParse(parseJson(reply.body));
  if (reply.code !== 200 || !answer.success) throw toError(`it answers with status ${reply.code}`);
  return answer.data.value;
}

function toError(why: string): Error {
  return new Error(`GitHub gave no token for this job: ${why}`);
}
