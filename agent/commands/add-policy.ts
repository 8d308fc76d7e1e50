import { type Command, Option } from "commander";

import type { ImportFlags } from "./policy-import.ts";
import type { SuggestFlags } from "./policy-suggest.ts";
import type { TestFlags } from "./policy-test.ts";
import type { ProgramOptions, SetOutcome } from "./program-options.ts";

const MODES = ["audit", "block"];

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
    .addHelpText(
      "after",
      "\nExit status: 0 when it is right, also with warnings, and 2 when it is not.\n" +
        "\nExample:\n" +
        "  runner-guard policy check policy.yml --explain github.com:443\n",
    )
    .action(async (file: string, { explain }: { explain?: string }) => {
      const { runPolicyCheck } = await import("./policy-check.ts");
      set({ exitCode: runPolicyCheck(file, options, explain) });
    });
  addSuggest(policy, options, set);
  addTest(policy, options, set);
  addImport(policy, options, set);
}

function addImport(policy: Command, options: ProgramOptions, set: SetOutcome): void {
  policy
    .command("import")
    .summary("write policies out of workflows that use harden-runner or bullfrog")
    .description(
      "Reads GitHub workflows and composite actions that use step-security/harden-runner or bullfrogsec/bullfrog, and writes " +
        "a policy for each job that has one of them. What has no counterpart, what is wrong and what only a run can tell " +
        "(expressions) is said with file and line, and left out. A directory stands for the workflows in it, or in its " +
        ".github/workflows. docs/migration.md tells what differs.",
    )
    .argument("<path...>", "workflow files, or directories")
    .option(
      "--output <directory>",
      "write WORKFLOW.JOB.yml there for each job, and nothing to standard output; none of the files may exist",
    )
    .addHelpText(
      "after",
      "\nExit status:\n" +
        "  0  all that a policy can hold is in them\n" +
        "  1  something was left out, and said\n" +
        "  2  a file cannot be read, or none uses either of the two\n" +
        "\nExamples:\n" +
        "  runner-guard policy import .github/workflows/ci.yml\n" +
        "  runner-guard policy import . --output policies\n",
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      const { runPolicyImport } = await import("./policy-import.ts");
      set({ exitCode: runPolicyImport(paths, flags, options) });
    });
}

function addTest(policy: Command, options: ProgramOptions, set: SetOutcome): void {
  policy
    .command("test")
    .summary("tell what a policy would have stopped in jobs that are over")
    .description(
      "Holds reports of jobs against the policy FILE, and says what it would have blocked, with who did it and how often, " +
        "and what its rules would have flagged, with which response. Judged as in mode block, whatever FILE says.",
    )
    .argument("<file>", "the policy file, YAML or JSON")
    .requiredOption("--against <report...>", "reports of jobs (run --report FILE)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExit status:\n" +
        "  0  nothing would have been blocked or ended, and no finding is one that fail-on fails the job for\n" +
        "  1  something would\n" +
        "  2  the policy is wrong, or a report cannot be read\n" +
        "\nExample:\n" +
        "  runner-guard policy test policy.yml --against monday.json tuesday.json\n",
    )
    .action(async (file: string, flags: TestFlags) => {
      const { runPolicyTest } = await import("./policy-test.ts");
      set({ exitCode: runPolicyTest(file, flags, options) });
    });
}

function addSuggest(policy: Command, options: ProgramOptions, set: SetOutcome): void {
  policy
    .command("suggest")
    .summary("write the smallest policy that allows what jobs did")
    .description(
      "Reads reports of jobs (run --report FILE) and writes a policy that allows where they talked to, and no more, with a " +
        "comment on each line that says which program of which step needs it. Read it before you use it.\n\n" +
        "Names that rotate (mirror1, mirror2, …) become a wildcard where it covers nobody else's names. Addresses stand only " +
        "where no name was known. What was denied, refused or flagged as bad is left out, and named in a comment.",
    )
    .argument("<report...>", "reports of the same job, of several runs if possible")
    .option(
      "--output <file>",
      "write it there, and not to standard output; the file must not exist",
    )
    .addOption(
      new Option("--mode <mode>", "the policy's egress.mode").choices(MODES).default("audit"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  runner-guard run --report monday.json -- make test\n" +
        "  runner-guard policy suggest monday.json tuesday.json --output policy.yml\n" +
        "  runner-guard policy test policy.yml --against wednesday.json\n",
    )
    .action(async (reports: string[], flags: SuggestFlags) => {
      const { runPolicySuggest } = await import("./policy-suggest.ts");
      set({ exitCode: runPolicySuggest(reports, flags, options) });
    });
}
