/** What a path answers. A file each in routes/. */
import type { IncomingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";

import type { Caller, Role } from "../identity/tokens.ts";

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly caller: Caller;
  /** What stands in the path for the parts in braces, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface ApiRequest extends RequestHead {
  readonly body: Buffer;
}

export interface Answer {
  readonly status: 200 | 201 | 503;
  readonly json: unknown;
}

export interface TextAnswer {
  readonly status: 200;
  readonly text: string;
}

/** Server-sent events: called with what they are written to, once the head has been sent. */
export interface EventsAnswer {
  readonly stream: (answer: Writable) => void;
}

export type AnyAnswer = Answer | TextAnswer | EventsAnswer;

export interface Route {
  readonly method: "GET" | "POST";
  /** Such as `/v1/runs/{id}`. */
  readonly path: string;
  /** `anyone`: no token is needed, and what is answered is nobody's. */
  readonly role: Role | "anyone";
  /** Whether it shows evidence, or changes something: that it was asked for is kept. */
  readonly isAudited?: boolean;
  /** Of the request's body; 0: it has none. */
  readonly maxBodyBytes: number;
  /** Before the body is read. Throws `RequestProblem`. */
  readonly admit?: (head: RequestHead) => void;
  /** Throws `RequestProblem`. */
  readonly answer: (request: ApiRequest) => Promise<AnyAnswer> | AnyAnswer;
}
