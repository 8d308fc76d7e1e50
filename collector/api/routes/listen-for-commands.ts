import type { IncomingHttpHeaders } from "node:http";

import {
  COMMAND_LIMITS,
  LAST_NUMBER_HEADER,
  MAC_HEADER,
  NONCE_HEADER,
  type PolledCommands,
} from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { RequestProblem } from "../../errors.ts";
import { readNumber } from "../page.ts";
import type { Route } from "../route.ts";

const NONCE = /^[0-9a-f]{32}$/;
const LAST_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;

/** Server-sent events to the run's agent; with `?wait=SECONDS` one answer, for ways on which such a stream would be held back. */
export function createListenForCommandsRoute(commands: Pick<Commands, "listen" | "poll">): Route {
  return {
    method: "GET",
    path: "/v1/runs/{id}/commands",
    role: "agent",
    maxBodyBytes: 0,
    async answer({ caller: { tenant }, parameters, headers, query }) {
      const hearer = { tenant, runId: parameters["id"] ?? "", ...readProof(headers) };
      if (!query.has("wait")) return { stream: await commands.listen(hearer) };
      const { maxWaitSeconds: max } = COMMAND_LIMITS;
      const waitSeconds = readNumber(query, "wait", { min: 0, max, fallback: 0 });
      const json: PolledCommands = {
        messages: [...(await commands.poll(hearer, waitSeconds * 1_000))],
      };
      return { status: 200, json };
    },
  };
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
