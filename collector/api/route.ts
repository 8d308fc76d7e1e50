/** What a path answers. A file each in routes/, made by `defineRoute`. */
import type { IncomingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";

import type { z } from "zod";

import type { ProblemCode } from "../../protocol/index.ts";
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

/** What is answered where it is not refused. */
export type AnswerStatus = 200 | 201 | 503;

export interface Answer {
  readonly status: AnswerStatus;
  readonly json: unknown;
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TextAnswer {
  readonly status: 200;
  readonly text: string;
  /** Without it: figures for Prometheus. */
  readonly contentType?: string;
}

/** Server-sent events: called with what they are written to, once the head has been sent. */
export interface EventsAnswer {
  readonly stream: (answer: Writable) => void;
}

/** Lines for a file, as they are read. */
export interface FileAnswer {
  readonly fileName: string;
  /** Kept when all was written. Rejected: it breaks off there. */
  readonly write: (write: (lines: string) => Promise<void>) => Promise<void>;
}

export type AnyAnswer = Answer | TextAnswer | EventsAnswer | FileAnswer;

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Such as `/v1/runs/{id}`. */
  readonly path: string;
  /** `anyone`: no token is needed, and what is answered is nobody's. */
  readonly role: Role | "anyone";
  /** Of one for anyone: who comes with a token may be told more. */
  readonly takesToken?: boolean;
  /** Whether it shows evidence, or changes something: that it was asked for is kept. */
  readonly isAudited?: boolean;
  /** Of the request's body; 0: it has none. */
  readonly maxBodyBytes: number;
  readonly description: RouteDescription;
  /** Before the body is read. Throws `RequestProblem`. */
  readonly admit?: (head: RequestHead) => void;
  /** Looks at query and body, and does nothing yet. Throws `RequestProblem`. */
  readonly check: (request: ApiRequest) => AnswerRequest;
}

/** Throws `RequestProblem`. */
export type AnswerRequest = () => Promise<AnyAnswer> | AnyAnswer;

/** What `/openapi.json` says of it besides. */
export interface RouteDescription {
  /** One line: what is answered. */
  readonly summary: string;
  /** What stands for the parts of the path in braces. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: z.ZodObject;
  /** What a request has to have, or may have, in its head. */
  readonly headers: Readonly<Record<string, HeaderDescription>>;
  /** Undefined: no body. */
  readonly body: BodyDescription | undefined;
  readonly answers: Partial<Readonly<Record<AnswerStatus, string>>>;
  /** Of the answers. */
  readonly contents: readonly Content[];
  /** Besides those that its role, its query and its body bring. */
  readonly refusals: readonly ProblemCode[];
}

export interface HeaderDescription {
  readonly summary: string;
  readonly isRequired: boolean;
  readonly schema: z.ZodType;
}

/** Without a schema: bytes that are not looked at as a whole. */
export interface BodyDescription {
  readonly type: string;
  readonly schema: z.ZodType | undefined;
  /** What else is to be known of it. */
  readonly summary?: string;
}

export interface OtherContent {
  readonly type: "text/plain" | "text/event-stream" | "application/x-ndjson";
  readonly summary: string;
}

export type Content =
  | { readonly type: "application/json"; readonly name: string; readonly schema: z.ZodType }
  | OtherContent;
