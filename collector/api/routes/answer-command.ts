import { commandAnswerSchema, MAC_HEADER } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { readCommandName } from "../command-view.ts";
import { parseJson } from "../parse-json.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

/** What the run's agent says of a command that it got. */
export function createAnswerCommandRoute(commands: Pick<Commands, "answer">): Route {
  return {
    method: "POST",
    path: "/v1/runs/{id}/commands/{number}",
    role: "agent",
    maxBodyBytes: MAX_BODY_BYTES,
    async answer({ caller: { tenant }, parameters, headers, body }) {
      const answer = parseJson(body, commandAnswerSchema);
      const mac = String(headers[MAC_HEADER] ?? "");
      const name = readCommandName(parameters);
      await commands.answer({ tenant, ...name, mac, content: body, answer });
      return { status: 200, json: { state: answer.state } };
    },
  };
}
