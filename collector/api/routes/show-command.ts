import type { Commands } from "../../commands/commands.ts";
import { readCommandName, toCommandView } from "../command-view.ts";
import type { Route } from "../route.ts";

export function createShowCommandRoute(commands: Pick<Commands, "find">): Route {
  return {
    method: "GET",
    path: "/v1/runs/{id}/commands/{number}",
    role: "viewer",
    maxBodyBytes: 0,
    answer({ caller: { tenant }, parameters }) {
      const { runId, number } = readCommandName(parameters);
      return { status: 200, json: toCommandView(commands.find({ tenant, runId }, number)) };
    },
  };
}
