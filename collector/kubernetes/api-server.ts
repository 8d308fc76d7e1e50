/** The API server of a cluster, asked with the collector's own token over connections that are kept. */
import { statSync } from "node:fs";
import { Agent } from "node:https";

import { fetchJson, type JsonReply, type JsonRequest } from "../fetch-json.ts";
import { readTokenFile } from "./read-token-file.ts";

export interface ApiServer extends Disposable {
  /** Rejects where nobody answers. Whatever is asked may be done twice. */
  ask(request: ApiRequest): Promise<JsonReply>;
}

export interface ApiRequest extends Pick<
  JsonRequest,
  "method" | "json" | "contentType" | "signal"
> {
  readonly path: string;
}

export interface ApiServerOptions {
  readonly address: string;
  /** PEM. Read again when it changes, as the collector's own token is. */
  readonly caFile: string;
  readonly tokenFile: string;
  /** Throws where it holds no certificate. */
  readonly readAuthorities: (path: string) => string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** A pod has some 20 KB, and no object of a cluster more than a mebibyte and a half. */
const MAX_BYTES = 2_097_152;
/** That nobody uses; how many are used at a time is for those to bound who ask. */
const MAX_KEPT = { maxFreeSockets: 16, timeout: 90_000 };

interface Connections {
  readonly authorities: string;
  /** Of the file of authorities as it was. */
  readonly fingerprint: string;
  readonly agent: Agent;
}

/** Throws what `readAuthorities` throws. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { address, caFile, tokenFile, readAuthorities, timeoutMs = TIMEOUT_MS } = options;
  const connect = (): Connections => ({
    fingerprint: toFingerprint(caFile),
    authorities: readAuthorities(caFile),
    agent: newAgent(),
  });
  let connections = connect();
  const change = (next: Connections): void => {
    dropKept(connections.agent);
    connections = next;
  };
  const followAuthorities = (): void => {
    if (toFingerprint(caFile) === connections.fingerprint) return;
    try {
      change(connect());
    } catch {
      // Half written, or taken away: those of before are as good as they were.
    }
  };
  return {
    async ask({ path, ...request }) {
      followAuthorities();
      const { agent, authorities } = connections;
      const url = new URL(path, address);
      const bearer = readTokenFile(tokenFile);
      const bounds = { timeoutMs, maxBytes: MAX_BYTES };
      try {
        return await fetchJson({ ...request, ...bounds, url, bearer, agent, authorities });
      } catch (error) {
        // Other connections may lead to a machine that is gone as well, which each would be waited for.
        const isLeft = request.signal?.aborted === true && !isTimeout(request.signal.reason);
        if (!isLeft && agent === connections.agent) change({ ...connections, agent: newAgent() });
        throw error;
      }
    },
    [Symbol.dispose]: () => connections.agent.destroy(),
  };
}

/** Of somebody who waited for an answer, and did not just leave. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

function newAgent(): Agent {
  return new Agent({ keepAlive: true, ...MAX_KEPT });
}

/** Those in use bring their answers. */
function dropKept(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

function toFingerprint(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
