import { type Command, Option } from "commander";

import type { Severity } from "../../protocol/index.ts";
import { SEVERITIES } from "../../protocol/severities.ts";
import type { ProgramOptions, SetOutcome } from "./program-options.ts";
import { describeTerminal } from "./terminal.ts";

const DOCTOR_HELP = `
Exit status: 0, or 1 where --fail-on came true.

Examples:
  runner-guard doctor
  runner-guard doctor --json --fail-on high > doctor.json
  runner-guard doctor --probe

docs/privileges.md explains the first part, docs/posture.md each check of the last.`;

interface DoctorFlags {
  readonly json?: boolean;
  readonly probe?: boolean;
  readonly failOn?: Severity;
}

/** `runner-guard doctor`. */
export function addDoctor(root: Command, options: ProgramOptions, set: SetOutcome): void {
  root
    .command("doctor")
    .summary("tell what this machine lets the guard see and block, and jobs do")
    .description(
      "Tells at what level the guard can work here, what each capability would add, and how to get it.\n" +
        "Loads the kernel sensor for a moment, and blocks for a moment what nobody sends: the only proofs that these work.\n" +
        "Then it tells what of this machine makes jobs easier to attack, and how to mend it.",
    )
    .option("--json", "as JSON")
    .option(
      "--probe",
      "ask too whether the metadata service answers, and the Kubernetes API what the mounted ServiceAccount may do",
    )
    .addOption(
      new Option("--fail-on <severity>", "exit 1 when a check as grave as this fails").choices(
        SEVERITIES,
      ),
    )
    .addHelpText("after", DOCTOR_HELP)
    .action(async ({ json = false, probe = false, failOn }: DoctorFlags) => {
      const [{ runDoctor }, { toPlacesOf }, { probeKernelSensor }, { probeBlocking }] =
        await Promise.all([
          import("./doctor.ts"),
          import("./guarding/posture-places.ts"),
          import("./probe-kernel-sensor.ts"),
          import("./probe-blocking.ts"),
        ]);
      const exitCode = await runDoctor({
        json,
        ...describeTerminal(options.stdout, options.environment),
        stdout: options.stdout,
        probe: probeKernelSensor,
        probeBlocking,
        posture: toPlacesOf(options.environment, options.workingDirectory),
        asksOthers: probe,
        ...(failOn && { failOn }),
      });
      set({ exitCode });
    });
}
