/** What an agent does on the wire, for tests of the collector: starts a run, sends batches that are a chain, says goodbye. */
import { createHmac, randomBytes } from "node:crypto";
import { zstdCompressSync } from "node:zlib";

import {
  type BatchHead,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
  type StartRunResponse,
  startRunResponseSchema,
  toMacHead,
} from "../../../protocol/index.ts";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Where it was told when to come again. */
  readonly retryAfter?: string;
}

export interface BatchToSend {
  readonly firstSeq: number;
  readonly lines: readonly string[];
}

type SignedHead = Pick<BatchHead, "firstSeq" | "count" | "encoding">;

/** A request as it goes out, to be tampered with. */
export interface BatchRequest {
  path: string;
  readonly headers: Record<string, string>;
  content: Buffer;
}

export class GuardClient {
  readonly #url: string;
  readonly #token: string;
  readonly run: StartRunResponse;
  lastMac: string;
  #lastSeq = 0;
  /** The last number that was acknowledged. */
  readonly lastSent = (): number => this.#lastSeq;

  private constructor(url: string, token: string, run: StartRunResponse) {
    this.#url = url;
    this.#token = token;
    this.run = run;
    this.lastMac = run.lastMac;
  }

  static async start(url: string, token: string, claim = newClaim()): Promise<GuardClient> {
    const { body } = await ask(url, token, "/v1/runs", JSON.stringify(startRequest(claim)));
    return new GuardClient(url, token, startRunResponseSchema.parse(body));
  }

  /** Of a run that has begun, with another token than the one that began it. */
  static goOn(url: string, token: string, run: StartRunResponse): GuardClient {
    return new GuardClient(url, token, run);
  }

  /** The same run, at a collector that was started again. */
  resumeAt(url: string): GuardClient {
    return new GuardClient(url, this.#token, { ...this.run, lastMac: this.lastMac });
  }

  /** As an honest agent would send it. */
  toRequest({ firstSeq, lines }: BatchToSend): BatchRequest {
    const content = zstdCompressSync(Buffer.from(lines.map((line) => `${line}\n`).join("")));
    return this.toSigned({ firstSeq, count: lines.length, encoding: "zstd" }, content);
  }

  toSigned(head: SignedHead, content: Buffer): BatchRequest {
    const { firstSeq, count, encoding } = head;
    return {
      path: `/v1/runs/${this.run.runId}/batches`,
      content,
      headers: {
        "content-encoding": encoding,
        [FIRST_SEQ_HEADER]: String(firstSeq),
        [COUNT_HEADER]: String(count),
        [MAC_HEADER]: this.#sign(head, content),
      },
    };
  }

  async send(batch: BatchToSend): Promise<Reply> {
    const request = this.toRequest(batch);
    const reply = await this.post(request);
    if (reply.status === 200) {
      this.lastMac = request.headers[MAC_HEADER] ?? "";
      this.#lastSeq = batch.firstSeq + batch.lines.length - 1;
    }
    return reply;
  }

  post({ path, content, headers }: BatchRequest): Promise<Reply> {
    return ask(this.#url, this.#token, path, content, headers);
  }

  finish(lastSeq: number): Promise<Reply> {
    return this.post(this.toGoodbye(lastSeq));
  }

  toGoodbye(lastSeq: number): BatchRequest {
    const content = Buffer.from(JSON.stringify({ lastSeq }));
    const mac = this.#sign({ firstSeq: lastSeq + 1, count: 0, encoding: "identity" }, content);
    return {
      path: `/v1/runs/${this.run.runId}/finish`,
      content,
      headers: { [MAC_HEADER]: mac },
    };
  }

  #sign(head: SignedHead, content: Buffer): string {
    const { runId, uploadKey } = this.run;
    return createHmac("sha256", Buffer.from(uploadKey, "hex"))
      .update(toMacHead({ ...head, runId, previousMac: this.lastMac }))
      .update(content)
      .digest("hex");
  }
}

export function newClaim(): string {
  return randomBytes(32).toString("hex");
}

export function startRequest(claim: string) {
  return {
    guardRunId: "guard",
    claim,
    version: "0.1.0",
    scope: "command",
    mode: { requested: "audit", effective: "audit", reasons: [] },
    ci: { provider: "github-actions", repository: "acme/app" },
  };
}

export function heartbeat(seq: number): string {
  const observedAt = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({ seq, observedAt, kind: "heartbeat", sensors: [] });
}

export function stopped(seq: number): string {
  const observedAt = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({
    seq,
    observedAt,
    kind: "guard-stopped",
    runId: "guard",
    exitCode: 0,
    signal: null,
    sensors: [],
  });
}

/** A request without a body is a GET. */
export async function ask(
  url: string,
  token: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(new URL(path, url), {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : new Uint8Array(body) }),
  });
  const retryAfter = response.headers.get("retry-after");
  return {
    status: response.status,
    body: await response.json(),
    ...(retryAfter !== null && { retryAfter }),
  };
}
