import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

import {
  COMMAND_LIMITS,
  LAST_NUMBER_HEADER,
  MAC_HEADER,
  NONCE_HEADER,
  polledCommandsSchema,
} from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { RequestProblem } from "../../errors.ts";
import { defineRoute } from "../define-route.ts";
import { wholeNumber } from "../page.ts";
import type { Route } from "../route.ts";

const NONCE = /^[0-9a-f]{32}$/;
const LAST_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;

export function createListenForCommandsRoute(commands: Pick<Commands, "listen" | "poll">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/commands",
    role: "agent",
    summary: "Listen for what operators ask of a run's agent.",
    parameters: { id: "The run" },
    query: {
      wait: wholeNumber({ min: 0, max: COMMAND_LIMITS.maxWaitSeconds })
        .optional()
        .describe(
          "One answer after so many seconds at most, for ways on which a stream would be held back.",
        ),
    },
    headers: {
      [NONCE_HEADER]: {
        summary: "16 random bytes, which pings are signed over",
        isRequired: true,
        schema: z.string().regex(NONCE),
      },
      [LAST_NUMBER_HEADER]: {
        summary: "The number of the last command that the agent has settled",
        isRequired: false,
        schema: z.string().regex(LAST_NUMBER),
      },
      [MAC_HEADER]: {
        summary: "Of both, under the agent's key for commands",
        isRequired: true,
        schema: z.string().regex(/^[0-9a-f]{64}$/),
      },
    },
    answers: { 200: "Server-sent events, each a signed command or a ping; with wait one answer" },
    json: { name: "PolledCommands", schema: polledCommandsSchema },
    otherContent: { type: "text/event-stream", summary: "Each event's data is one message" },
    refusals: ["bad-request", "forbidden", "not-found", "too-fast", "storage-failed"],
    async answer({ caller: { tenant }, parameters, headers, query: { wait } }) {
      const hearer = { tenant, runId: parameters["id"] ?? "", ...readProof(headers) };
      if (wait === undefined) return { stream: await commands.listen(hearer) };
      const messages = [...(await commands.poll(hearer, wait * 1_000))];
      return { status: 200, json: { messages } };
    },
  });
}

function readProof(headers: IncomingHttpHeaders) {
  const nonce = headers[NONCE_HEADER];
  const last = headers[LAST_NUMBER_HEADER] ?? "0";
  if (typeof nonce !== "string" || !NONCE.test(nonce)) {
    throw new RequestProblem("bad-request", `${NONCE_HEADER}: no 16 bytes in hexadecimal`);
  }
  if (typeof last !== "string" || !LAST_NUMBER.test(last)) {
    throw new RequestProblem("bad-request", `${LAST_NUMBER_HEADER}: no number of a command`);
  }
  return { nonce, lastNumber: Number(last), mac: String(headers[MAC_HEADER] ?? "") };
}
