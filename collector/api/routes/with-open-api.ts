import { z } from "zod";

import { defineRoute } from "../define-route.ts";
import { toOpenApi } from "../open-api.ts";
import type { Route } from "../route.ts";

const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.unknown()),
});

/** Of all routes that there are, with this one. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  let document: z.infer<typeof documentSchema> | undefined;
  const route = defineRoute({
    method: "GET",
    path: "/openapi.json",
    role: "anyone",
    summary: "This description, as OpenAPI 3.1.",
    query: {},
    answers: { 200: "The description" },
    json: { name: "OpenApi", schema: documentSchema },
    answer() {
      document ??= documentSchema.parse(toOpenApi(all));
      return { status: 200, json: document };
    },
  });
  const all = [...routes, route];
  return all;
}
