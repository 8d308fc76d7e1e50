import type { Command } from "commander";

import { suggestWord } from "../../protocol/closest-word.ts";
import { AgentError } from "../errors.ts";
import type { ProgramOptions, SetOutcome } from "./program-options.ts";

const SIMULATE_HELP = `
Each attack is played under a guard of its own, and only there. No real secret is read, nothing leaves the machine, and
all of it is gone afterwards: docs/simulate.md.

Exit status:
  0    every rule that was played flagged its attack
  1    one did not, or could not be played
  2    wrong usage

Examples:
  runner-guard simulate
  runner-guard simulate reverse-shell pipe-to-shell
  runner-guard simulate --list`;

interface SimulateFlags {
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `runner-guard simulate`. */
export function addSimulate(root: Command, options: ProgramOptions, set: SetOutcome): void {
  root
    .command("simulate")
    .summary("play attacks harmlessly, and tell what the guard sees of them")
    .description(
      "A game day: plays what the rules are made for on this machine, and tells for each whether it was seen and flagged, what " +
        "was done about it, and after how long.",
    )
    .argument("[rule...]", "the rules to play; all where none is given")
    .option("--list", "tell what there is, and play nothing")
    .option("--json", "as JSON")
    .addHelpText("after", SIMULATE_HELP)
    .action(async (rules: string[], flags: SimulateFlags) => {
      const { PLAYS, UNPLAYED } = await import("../simulate/play-list.ts");
      const wanted = rules.length === 0 ? PLAYS : PLAYS.filter(({ rule }) => rules.includes(rule));
      const wrong = rules.find((name) => !PLAYS.some(({ rule }) => rule === name));
      if (wrong !== undefined) {
        const names = PLAYS.map(({ rule }) => rule);
        const meant = suggestWord(wrong, names);
        const reason = UNPLAYED[wrong] ?? "`runner-guard simulate --list` tells what there is";
        throw new AgentError("usage", `there is no play for ${wrong}${meant || `: ${reason}`}`);
      }
      const { list, play } = await import("./simulate.ts");
      const how = { plays: wanted, json: flags.json === true, stdout: options.stdout };
      if (flags.list === true) return list({ ...how, unplayed: UNPLAYED });
      set({ exitCode: await play({ ...how, searchPath: options.environment["PATH"] }) });
    });
}
