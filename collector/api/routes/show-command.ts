import { commandViewSchema } from "../../../protocol/index.ts";
import type { Commands } from "../../commands/commands.ts";
import { readCommandName, toCommandView } from "../command-view.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export function createShowCommandRoute(commands: Pick<Commands, "find">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/commands/{number}",
    role: "viewer",
    isAudited: true,
    summary: "What became of a command.",
    query: {},
    parameters: { id: "The run", number: "The command" },
    answers: { 200: "The command" },
    json: { name: "Command", schema: commandViewSchema },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters }) {
      const { runId, number } = readCommandName(parameters);
      return { status: 200, json: toCommandView(commands.find({ tenant, runId }, number)) };
    },
  });
}
