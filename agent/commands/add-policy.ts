import type { Command } from "commander";

import type { ProgramOptions, SetOutcome } from "./program-options.ts";

/** `runner-guard policy` and what it can do. */
export function addPolicy(root: Command, options: ProgramOptions, set: SetOutcome): void {
  const policy = root
    .command("policy")
    .summary("work with policy files")
    .description("Work with policy files; docs/policy.md tells how to write one.");
  policy
    .command("check")
    .summary("tell whether a policy file is right")
    .description(
      "Reads FILE as `run --policy` would, and says what is wrong, where, and what to write instead.\n" +
        "With --explain it also says which line of FILE decides over a destination, such as github.com:443/tcp.",
    )
    .argument("<file>", "the policy file, YAML or JSON")
    .option("--explain <destination>", "a host or address, with :PORT and /TRANSPORT")
    .action(async (file: string, { explain }: { explain?: string }) => {
      const { runPolicyCheck } = await import("./policy-check.ts");
      set({ exitCode: runPolicyCheck(file, options, explain) });
    });
}
