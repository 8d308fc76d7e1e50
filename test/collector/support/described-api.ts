/** Asks a collector, and holds each answer against what its `/openapi.json` says of it. */
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";

import { z } from "zod";

const mediaSchema = z.object({ schema: z.record(z.string(), z.unknown()).optional() });
const operationSchema = z.object({
  "x-role": z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })),
  requestBody: z.object({ description: z.string() }).optional(),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), mediaSchema).optional() }),
  ),
});
const documentSchema = z.object({
  openapi: z.literal("3.1.1"),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

export interface Operation extends z.infer<typeof operationSchema> {
  readonly method: string;
  readonly path: string;
}

export interface Asked {
  readonly token?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: string | Buffer;
  /** More than are sent: whoever refuses these has answered by then. */
  readonly announcedBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class DescribedApi {
  readonly #url: string;
  readonly #document: z.infer<typeof documentSchema>;
  readonly #seen = new Set<string>();

  private constructor(url: string, document: z.infer<typeof documentSchema>) {
    this.#url = url;
    this.#document = document;
  }

  static async read(url: string): Promise<DescribedApi> {
    const response = await fetch(new URL("/openapi.json", url));
    return new DescribedApi(url, documentSchema.parse(await response.json()));
  }

  get operations(): readonly Operation[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** What no answer was of, of these statuses. */
  unseen(isWanted: (status: string) => boolean): readonly string[] {
    return this.operations
      .flatMap(({ method, path, responses }) =>
        Object.keys(responses)
          .filter(isWanted)
          .map((status) => `${method} ${path} ${status}`),
      )
      .filter((name) => !this.#seen.has(name));
  }

  /** `POST /v1/runs/{id}/kill`. Throws where the answer is none that was described. */
  async ask(name: string, asked: Asked = {}): Promise<{ status: number; body: unknown }> {
    const operation = this.operations.find(({ method, path }) => `${method} ${path}` === name);
    if (operation === undefined) throw new Error(`${name}: is not described`);
    const answer = await send(this.#url, operation, asked);
    const { status, type } = answer;
    const what = `${name} ${status} ${answer.text.slice(0, 300)}`;
    const content = operation.responses[status]?.content;
    const media = content?.[type];
    if (media === undefined) throw new Error(`${what}: no such answer is described (${type})`);
    this.#seen.add(`${name} ${status}`);
    if (type !== "application/json") return { status, body: answer.text };
    const body: unknown = JSON.parse(answer.text);
    const result = this.#toSchema(media.schema ?? {}).safeParse(body);
    if (!result.success) throw new Error(`${what}: ${result.error.message}`);
    return { status, body };
  }

  /** A member that is not described is a fault too. */
  #toSchema(schema: Readonly<Record<string, unknown>>): z.ZodType {
    const whole = { ...schema, $defs: this.#document.components.schemas };
    const json = JSON.stringify(whole, (_, value: unknown) => toStrict(value));
    return z.fromJSONSchema(JSON.parse(json.replaceAll("#/components/schemas/", "#/$defs/")));
  }
}

function toStrict(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("properties" in value)) return value;
  return { additionalProperties: false, ...value };
}

async function send(
  url: string,
  { method, path }: Operation,
  { token, parameters = {}, query = "", body, announcedBytes, headers = {} }: Asked,
) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "none");
  const request = httpRequest(new URL(`${filled}${query}`, url), {
    method,
    agent: false,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(announcedBytes !== undefined && { "content-length": String(announcedBytes) }),
      ...headers,
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    type: string;
    text: string;
  }>();
  request.on("error", reject);
  request.on("response", (response) => {
    const [type = ""] = (response.headers["content-type"] ?? "").split(";");
    const status = response.statusCode ?? 0;
    if (type === "text/event-stream") {
      resolve({ status, type, text: "" });
      response.destroy();
      return;
    }
    text(response).then((all) => resolve({ status, type, text: all }), reject);
  });
  if (announcedBytes === undefined) request.end(body);
  else request.flushHeaders();
  try {
    return await promise;
  } finally {
    request.destroy();
  }
}
