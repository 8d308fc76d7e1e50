import type { Command } from "commander";

import type { ProgramOptions, SetOutcome } from "./program-options.ts";
import { describeTerminal } from "./terminal.ts";

/** `runner-guard doctor`. */
export function addDoctor(root: Command, options: ProgramOptions, set: SetOutcome): void {
  root
    .command("doctor")
    .summary("tell what this machine lets the guard see and block")
    .description(
      "Tells at what level the guard can work here, what each capability would add, and how to get it.\n" +
        "Loads the kernel sensor for a moment, and blocks for a moment what nobody sends: the only proofs that these work.",
    )
    .option("--json", "as JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const [{ runDoctor }, { probeKernelSensor }, { probeBlocking }] = await Promise.all([
        import("./doctor.ts"),
        import("./probe-kernel-sensor.ts"),
        import("./probe-blocking.ts"),
      ]);
      const exitCode = await runDoctor({
        json,
        ...describeTerminal(options.stdout, options.environment),
        stdout: options.stdout,
        probe: probeKernelSensor,
        probeBlocking,
      });
      set({ exitCode });
    });
}
