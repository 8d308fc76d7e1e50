/** HTTP/1.1 by Node's own client. */
import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";

import type { CommandChannel } from "./command-channel.ts";

export interface HttpChannelOptions {
  readonly address: {
    readonly host: string;
    readonly port: number;
    /** Ends in a slash. */
    readonly path: string;
  };
  /** Makes the connections, with TLS where the address says so. */
  readonly agent: Agent;
  /** Asked for each request: what is in a file may be renewed. Rejects where it cannot be had. */
  readonly token: (signal: AbortSignal) => string | Promise<string>;
}

/** Who asks for more is not obeyed. */
const MAX_RETRY_AFTER_S = 300;

export function createHttpChannel({ address, agent, token }: HttpChannelOptions): CommandChannel {
  const { host, port, path: base } = address;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    async send({ method, path, headers, body }, signal) {
      const bearer = await token(signal);
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const sent = requestHttp({
        method,
        agent,
        signal,
        host,
        port,
        path: `${base}${path}`,
        headers: {
          ...headers,
          host: authority,
          authorization: `Bearer ${bearer}`,
          ...(body && { "content-length": body.length }),
        },
      });
      sent.once("response", resolve);
      // Also after the answer, when the connection breaks.
      sent.on("error", reject);
      sent.end(body);
      const answer = await promise;
      return {
        code: answer.statusCode ?? 0,
        contentType: answer.headers["content-type"] ?? "",
        retryAfterMs: toMilliseconds(answer.headers["retry-after"]),
        body: answer,
      };
    },
  };
}

function toMilliseconds(text = ""): number {
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), MAX_RETRY_AFTER_S) * 1_000 : 0;
}
