/** Puts in force again what was tightened before the guard was killed: on this machine alone, whether the collector is there or not. */
import { toErrorText } from "../../errors.ts";
import type { CommandRecord } from "./command-journal.ts";
import type { CommandHandlers } from "./obedience.ts";

/** Resolves to why what is not in force is not. */
export async function restoreTightened(
  { tightened }: CommandRecord,
  { tighten }: Pick<CommandHandlers, "tighten">,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const one of tightened) {
    try {
      const order = { tighten: one, by: "the guard before this one", reason: "restart" };
      const { state, reason = "it was refused" } = await tighten(order);
      if (state === "refused") problems.push(reason);
    } catch (error) {
      problems.push(toErrorText(error));
    }
  }
  return problems;
}
