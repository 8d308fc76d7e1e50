/** One address of the collector, as far as commands need it: an answer is read while it comes. */
export interface CommandRequest {
  readonly method: "GET" | "POST";
  /** Below the collector's address: `v1/runs`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface CommandReply {
  readonly code: number;
  /** Such as `text/event-stream`; empty where nothing is said. */
  readonly contentType: string;
  /** What the collector asks to be left alone for. */
  readonly retryAfterMs: number;
  /** To be read to its end, or left: then the connection is closed. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface CommandChannel {
  /** Rejects where nobody answers, and when the signal is aborted. */
  send(request: CommandRequest, signal: AbortSignal): Promise<CommandReply>;
}
