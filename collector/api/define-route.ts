/** A route from one description: what is checked of a request is what `/openapi.json` says of it. */
import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

import type { ProblemCode } from "../../protocol/index.ts";
import type { Caller } from "../identity/tokens.ts";
import { parseJson } from "./parse-json.ts";
import { readQuery } from "./read-query.ts";
import type {
  Answer,
  AnswerStatus,
  BodyDescription,
  Content,
  EventsAnswer,
  FileAnswer,
  HeaderDescription,
  OtherContent,
  Route,
  RouteDescription,
  TextAnswer,
} from "./route.ts";

interface Definition<Query extends z.ZodRawShape, Body, Json> extends Pick<
  Route,
  "method" | "path" | "role" | "takesToken" | "isAudited" | "admit"
> {
  readonly summary: string;
  /** What stands for the parts of the path in braces. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What a query may name; nothing: it takes none. */
  readonly query: Query;
  readonly headers?: Readonly<Record<string, HeaderDescription>>;
  readonly answers: RouteDescription["answers"];
  /** `name`: in the document. */
  readonly json?: { readonly name: string; readonly schema: z.ZodType<Json> };
  readonly otherContent?: OtherContent;
  readonly refusals?: readonly ProblemCode[];
  readonly answer: (
    request: CheckedRequest<Query, Body>,
  ) => Promise<CheckedAnswer<Json>> | CheckedAnswer<Json>;
}

interface CheckedRequest<Query extends z.ZodRawShape, Body> {
  readonly caller: Caller;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: z.output<z.ZodObject<Query, z.core.$strict>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  /** The body as it came. */
  readonly content: Buffer;
}

type CheckedAnswer<Json> =
  | (Pick<Answer, "headers"> & { readonly status: AnswerStatus; readonly json: Json })
  | TextAnswer
  | EventsAnswer
  | FileAnswer;

/** One that takes no body. */
export function defineRoute<Query extends z.ZodRawShape, Json = never>(
  definition: Definition<Query, undefined, Json>,
): Route {
  return build(definition, { maxBodyBytes: 0, description: undefined, read: () => undefined });
}

interface WithJson<Body> {
  readonly maxBodyBytes: number;
  readonly body: z.ZodType<Body>;
}

export function defineJsonRoute<Body, Json, Query extends z.ZodRawShape>(
  definition: Definition<Query, Body, Json> & WithJson<Body>,
): Route {
  const { maxBodyBytes, body: schema } = definition;
  return build(definition, {
    maxBodyBytes,
    description: { type: "application/json", schema },
    read: (content) => parseJson(content, schema),
  });
}

interface WithBytes {
  readonly maxBodyBytes: number;
  readonly rawBody: Omit<BodyDescription, "schema">;
}

/** One whose body is no JSON as a whole. */
export function defineRawRoute<Json, Query extends z.ZodRawShape>(
  definition: Definition<Query, Buffer, Json> & WithBytes,
): Route {
  const { maxBodyBytes, rawBody } = definition;
  const description = { ...rawBody, schema: undefined };
  return build(definition, { maxBodyBytes, description, read: (content) => content });
}

interface BodyReader<Body> {
  readonly maxBodyBytes: number;
  readonly description: BodyDescription | undefined;
  readonly read: (content: Buffer) => Body;
}

function build<Query extends z.ZodRawShape, Body, Json>(
  definition: Definition<Query, Body, Json>,
  { maxBodyBytes, description: body, read }: BodyReader<Body>,
): Route {
  const { method, path, role, isAudited = false, query: shape, answer } = definition;
  const { admit, takesToken = false } = definition;
  const { summary, parameters = {}, headers = {}, answers, refusals = [] } = definition;
  const query = z.strictObject(shape);
  return {
    method,
    path,
    role,
    isAudited,
    maxBodyBytes,
    description: {
      summary,
      parameters,
      query,
      headers,
      body,
      answers,
      refusals,
      contents: toContents(definition),
    },
    ...(admit !== undefined && { admit }),
    takesToken,
    check({ body: content, query: given, ...head }) {
      const checked = { ...head, query: readQuery(given, query), body: read(content), content };
      return () => answer(checked);
    },
  };
}

function toContents<Json>({
  json,
  otherContent,
}: Pick<Definition<z.ZodRawShape, unknown, Json>, "json" | "otherContent">): Content[] {
  return [
    ...(json === undefined ? [] : [{ type: "application/json" as const, ...json }]),
    ...(otherContent === undefined ? [] : [otherContent]),
  ];
}
