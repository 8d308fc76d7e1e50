import { type Command, Option } from "commander";

import type { Tightening } from "../control/control-request.ts";
import { AgentError } from "../errors.ts";
import { askRunningGuard } from "./ask-running-guard.ts";
import { describeTightening } from "./describe-done.ts";
import type { ProgramOptions } from "./program-options.ts";
import { createStateOption } from "./state-option.ts";

interface TightenFlags {
  readonly deny?: readonly string[];
  readonly allowOnly?: readonly string[];
  readonly mode?: "block";
  readonly dns?: "allowed-names";
  readonly sni?: "verify";
}

/** `runner-guard tighten`. */
export function addTighten(root: Command, options: ProgramOptions): void {
  const tighten = root
    .command("tighten")
    .summary("make a running guard stricter")
    .description(
      "Makes the guard that `watch` started stricter, from now on and for good: there is no way back but to end it.",
    )
    .addOption(
      new Option("--deny <destination>", "deny this too; as in a policy, more than once").argParser(
        addToList,
      ),
    )
    .addOption(
      new Option(
        "--allow-only <destination>",
        "of what is allowed leave that alone which these cover; as in a policy, more than once",
      ).argParser(addToList),
    )
    .addOption(new Option("--mode <mode>", "refuse what is not allowed").choices(["block"]))
    .addOption(
      new Option("--dns <names>", "answer for allowed names alone").choices(["allowed-names"]),
    )
    .addOption(new Option("--sni <check>", "check names in TLS handshakes").choices(["verify"]));
  for (const option of createStateOption()) tighten.addOption(option);
  tighten.action(async (flags: TightenFlags & Record<string, unknown>) => {
    const tightening = toTightening(flags);
    if (tightening.deny.length === 0 && Object.keys(tightening).length === 1) {
      throw new AgentError(
        "usage",
        "there is nothing to tighten: give --deny, --allow-only, --mode, --dns or --sni",
      );
    }
    const request = { command: "tighten", ...tightening } as const;
    const describe = (result: unknown) => describeTightening(tightening, result);
    await askRunningGuard({ request, flags, describe }, options);
  });
}

function toTightening({ deny = [], allowOnly, mode, dns, sni }: TightenFlags): Tightening {
  return {
    deny,
    ...(allowOnly && { allowOnly }),
    ...(mode && { mode }),
    ...(dns && { dns }),
    ...(sni && { sni }),
  };
}

function addToList(text: string, before: readonly string[] | undefined): readonly string[] {
  return before === undefined ? [text] : [...before, text];
}
