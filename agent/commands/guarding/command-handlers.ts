/** What the guard does when an operator asks: the same as for a rule, or for whoever asks at its control socket. */
import { parseControlRequest, type Tightening } from "../../control/control-request.ts";
import { parseDestinationPattern } from "../../egress/destination-pattern.ts";
import type { Guard } from "../../guard/guard.ts";
import type { CommandHandlers } from "../../stream/commands/obedience.ts";
import { tightenGuard } from "../watch/tighten-guard.ts";

export type CommandedGuard = Pick<
  Guard,
  "endJob" | "tighten" | "enforcement" | "noteTampering" | "noteTightening"
>;

export function createHandlers(guard: CommandedGuard): CommandHandlers {
  return {
    async kill({ by, reason }) {
      const survivors = await guard.endJob({ by, reason });
      return survivors === 0
        ? { state: "obeyed" }
        : { state: "obeyed", reason: `${survivors} processes are held by the kernel and live on` };
    },
    async tighten({ tighten, by, reason }) {
      const request = parseControlRequest(JSON.stringify({ ...tighten, command: "tighten" }));
      if ("refused" in request) {
        if (request.isLoosening) {
          guard.noteTampering(`the collector asked for a weaker guard: ${request.refused}`);
        }
        return { state: "refused", reason: request.refused };
      }
      if (request.command !== "tighten") return { state: "refused", reason: "it is no tightening" };
      const problem = findProblem(request);
      if (problem !== undefined) return { state: "refused", reason: problem };
      const answer = await tightenGuard(guard, request);
      if (answer.status === "refused") return { state: "refused", reason: answer.reason };
      guard.noteTightening({ by, reason }, describe(request));
      return { state: "obeyed" };
    },
  };
}

function findProblem({ deny }: Tightening): string | undefined {
  for (const text of deny) {
    const parsed = parseDestinationPattern(text);
    if ("problem" in parsed) return `deny: ${JSON.stringify(text)} ${parsed.problem}`;
  }
  return undefined;
}

function describe({ deny, mode, dns, sni }: Tightening): string {
  const settings = [mode && `mode ${mode}`, dns && `dns ${dns}`, sni && `sni ${sni}`];
  const more = deny.length === 1 ? deny[0] : `${deny.length} destinations`;
  return [...settings, deny.length > 0 && `deny ${more}`].filter(Boolean).join(", ");
}
