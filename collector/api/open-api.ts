/** The API's description, made of its routes': OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */
import { z } from "zod";

import { type ProblemCode, problemSchema } from "../../protocol/index.ts";
import { listRefusals } from "./list-refusals.ts";
import type { Content, Route, RouteDescription } from "./route.ts";
import { STATUSES } from "./send-answer.ts";

type Json = Readonly<Record<string, unknown>>;

const OPEN_API = "3.1.1";
/** Of the paths below /v1. */
const API_VERSION = "1";
const COMPONENTS = "#/components/schemas/";
const PROBLEM = "Problem";

export function toOpenApi(routes: readonly Route[]): Json {
  const schemas = nameSchemas(routes);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = toOperation(route);
  }
  return {
    openapi: OPEN_API,
    info: {
      title: "Runner Guard collector",
      version: API_VERSION,
      description:
        "Takes the events of Runner Guard's agents, keeps them, and answers what is asked of them.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: toComponents(schemas),
      securitySchemes: {
        agent: { type: "http", scheme: "bearer", description: "An agent's token." },
        operator: {
          type: "http",
          scheme: "bearer",
          description: "The token of an operator, who has a role: viewer, responder or admin.",
        },
      },
    },
  };
}

function toOperation(route: Route): Json {
  const { method, path, role, isAudited = false, description } = route;
  const { summary, body } = description;
  return {
    operationId: toOperationId(method, path),
    summary,
    ...(isAudited && { description: "That it was asked for is in the audit log." }),
    "x-role": role,
    security: toSecurity(route),
    parameters: toParameters(description),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        description: `${body.summary ?? "JSON"}; ${route.maxBodyBytes} bytes at most.`,
        content: {
          [body.type]: body.schema === undefined ? {} : { schema: toSchema(body.schema, "input") },
        },
      },
    }),
    responses: { ...toAnswers(description), ...toRefusals(listRefusals(route)) },
  };
}

/** Such as `postV1RunsIdKill`. */
function toOperationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return `${method.toLowerCase()}${name}`;
}

function toSecurity({ role, takesToken }: Route): readonly Json[] {
  if (takesToken === true) return [{}, { operator: [] }];
  if (role === "anyone") return [];
  return role === "agent" ? [{ agent: [] }] : [{ operator: [] }];
}

function toParameters({ parameters, query, headers }: RouteDescription): readonly Json[] {
  const inPath = Object.entries(parameters).map(([name, description]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    // As it is understood: all that a query holds is text.
    schema: toSchema(schema, "output"),
  }));
  const inHead = Object.entries(headers).map(([name, { summary, isRequired, schema }]) => ({
    name,
    in: "header",
    required: isRequired,
    description: summary,
    schema: toSchema(schema, "input"),
  }));
  return [...inPath, ...inQuery, ...inHead];
}

function toAnswers({ answers, contents }: RouteDescription): Json {
  const content = Object.fromEntries(contents.map((one) => [one.type, toMedia(one)]));
  return Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description, content }]),
  );
}

function toMedia(content: Content): Json {
  return content.type === "application/json"
    ? { schema: { $ref: toReference(content.name) } }
    : { schema: { type: "string", description: content.summary } };
}

function toRefusals(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => STATUSES[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, refused]) => [
      String(status),
      {
        description: `Refused: ${refused.join(", ")}`,
        content: { "application/json": { schema: { $ref: toReference(PROBLEM) } } },
      },
    ]),
  );
}

function nameSchemas(routes: readonly Route[]): ReadonlyMap<string, z.ZodType> {
  const schemas = new Map<string, z.ZodType>([[PROBLEM, problemSchema]]);
  for (const { path, description } of routes) {
    for (const content of description.contents) {
      if (content.type !== "application/json") continue;
      const { name, schema } = content;
      const known = schemas.get(name) ?? schema;
      if (known !== schema) throw new Error(`${path}: ${name} is another route's answer`);
      schemas.set(name, schema);
    }
  }
  return schemas;
}

function toComponents(named: ReadonlyMap<string, z.ZodType>): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: toReference, io: "input" });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, toPlain(schema)]),
  );
}

function toReference(name: string): string {
  return `${COMPONENTS}${name}`;
}

function toSchema(schema: z.core.$ZodType, io: "input" | "output"): Json {
  return toPlain(z.toJSONSchema(schema, { io }));
}

/** Of the document it is in: it has no name or dialect of its own. */
function toPlain(json: Json): Json {
  const { $schema: _, $id: __, ...schema } = json;
  return schema;
}
