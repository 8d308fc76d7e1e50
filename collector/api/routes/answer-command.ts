import { z } from "zod";

import { commandAnswerSchema, MAC_HEADER } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { readCommandName } from "../command-view.ts";
import { defineJsonRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

export function createAnswerCommandRoute(commands: Pick<Commands, "answer">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/runs/{id}/commands/{number}",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Say what became of a command.",
    query: {},
    parameters: { id: "The run", number: "The command" },
    headers: {
      [MAC_HEADER]: {
        summary: "Of this body, under the agent's key for commands",
        isRequired: true,
        schema: z.string().regex(/^[0-9a-f]{64}$/),
      },
    },
    body: commandAnswerSchema,
    answers: { 200: "It is noted" },
    json: { name: "NotedAnswer", schema: commandAnswerSchema.pick({ state: true }) },
    refusals: ["forbidden", "not-found", "storage-failed", "too-fast"],
    async answer({ caller: { tenant }, parameters, headers, body, content }) {
      const mac = String(headers[MAC_HEADER] ?? "");
      const name = readCommandName(parameters);
      await commands.answer({ tenant, ...name, mac, content, answer: body });
      return { status: 200, json: { state: body.state } };
    },
  });
}
