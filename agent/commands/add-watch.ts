import type { Command } from "commander";

import { parseWatchConfig, RUN_OPTIONS, WATCH_OPTIONS } from "../config.ts";
import { readInheritance } from "../job/inheritance.ts";
import { toCiContext } from "../process/ci-context.ts";
import { toDescribedOptions } from "./described-options.ts";
import { takeCollectorTarget } from "./guarding/take-collector-target.ts";
import { toMessage } from "./message.ts";
import { describeMisspeltVariables } from "./misspelt-variables.ts";
import type { ProgramOptions, SetOutcome } from "./program-options.ts";
import { toStatePlace } from "./state-places.ts";
import { describeTerminal } from "./terminal.ts";
import { readVersion } from "./version.ts";

const WATCH_HELP = `
Every option can be given as a variable too: --state-dir as RUNNER_GUARD_STATE_DIR.

Scope: inside a pid namespace that is not the machine's first, as in a container, it is pod: that namespace and those
below it. Anywhere else, also in a container that shares the host's pid namespace, it is host: everything.

Ready, and not before, it prints a line that begins with "runner-guard: ready:" and writes the file ready to the state
directory. SIGTERM and SIGINT end it, with report and summary; other signals change nothing.

Exit status:
  0    it was told to end
  2    wrong usage, a wrong policy, an unsafe or taken state directory, a report that cannot be written
  69   what was asked for cannot be had: block mode, --require, --disable-sudo, --disable-containers, a sensor or an
       --enforcement by name, or with --fail-on degraded a whole sensor
  86   a rule ended something, or --fail-on came true
  70   a bug in the guard

Examples:
  runner-guard watch --policy policy.yml --report report.json
  runner-guard watch --mode block --require enforcement --policy policy.yml
  runner-guard finish`;

/** `runner-guard watch`. */
export function addWatch(root: Command, options: ProgramOptions, set: SetOutcome): void {
  const watch = root
    .command("watch")
    .summary("guard a pod or a machine until told to end")
    .description(
      "Guards everything in its scope, without a command of its own, until SIGTERM or SIGINT. Others can ask it to write " +
        "its report (finish), to note something (label), to mask a value (mask) and to be stricter (tighten); nobody can ask it to be laxer.",
    );
  for (const option of toDescribedOptions({ ...RUN_OPTIONS, ...WATCH_OPTIONS })) {
    watch.addOption(option);
  }
  watch.addHelpText("after", WATCH_HELP);
  watch.action(async (flags: Record<string, unknown>) => {
    const { environment, stderr } = options;
    for (const message of describeMisspeltVariables(environment)) {
      stderr.write(toMessage(`warning: ${message}`));
    }
    const config = parseWatchConfig(flags, environment);
    const userId = process.geteuid?.() ?? 0;
    const { expectSensor } = await import("./watch/expect-sensor.ts");
    await using kernel = expectSensor(config, options.kernel);
    const { watch: runWatch } = await import("./watch/watch.ts");
    const ownEnvironment = readInheritance(environment).environment;
    set(
      await runWatch({
        config,
        collector: takeCollectorTarget(config, options),
        userId,
        statePlace: toStatePlace({ userId, environment }),
        version: readVersion(),
        ci: toCiContext(environment),
        github: { server: environment["GITHUB_SERVER_URL"], api: environment["GITHUB_API_URL"] },
        runnerTemp: environment["RUNNER_TEMP"],
        workingDirectory: options.workingDirectory,
        stderr,
        redaction: options.redaction(),
        kernel,
        environment: ownEnvironment,
        terminal: describeTerminal(stderr, environment),
        onSignal: options.onSignal,
      }),
    );
  });
}
