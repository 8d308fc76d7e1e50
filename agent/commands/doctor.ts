import { toErrorText } from "../errors.ts";
import { renderDiagnosis } from "../privilege/diagnosis-text.ts";
import { diagnose } from "../privilege/diagnosis.ts";
import type { EnforcementProof } from "../privilege/enforcement.ts";
import { readMachineFacts } from "../privilege/machine-facts.ts";
import { toPlaces } from "../privilege/places.ts";
import type { Places } from "../privilege/places.ts";
import type { KernelProof } from "../privilege/sensor-availability.ts";
import { escapeJson } from "../report/escape/escape-json.ts";

export interface DoctorOptions {
  readonly json: boolean;
  readonly columns: number;
  readonly colour: boolean;
  readonly stdout: { write(text: string): unknown };
  /** Loads the kernel sensor for a moment: the only proof that it works here. */
  readonly probe?: () => Promise<KernelProof>;
  /** Blocks for a moment, nobody but itself. */
  readonly probeBlocking?: () => Promise<EnforcementProof>;
  /** Where to look, other than at this machine. */
  readonly places?: Places;
}

/**
 * Prints what this machine lets the guard see and do, and what would let it do more. Returns the exit status: finding
 * little is no failure.
 *
 * @throws AgentError where /proc cannot be read, so that nothing can be told.
 */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const facts = readMachineFacts(options.places ?? toPlaces());
  const diagnosis = diagnose(facts, {
    kernel: await prove(options.probe, (reason) => ({ status: "unavailable", reason })),
    enforcement: await prove(options.probeBlocking, (reason) => ({ mechanism: "none", reason })),
  });
  options.stdout.write(
    options.json
      ? `${escapeJson(JSON.stringify(diagnosis, null, 2))}\n`
      : renderDiagnosis(diagnosis, options),
  );
  return 0;
}

async function prove<Proof>(
  probe: (() => Promise<Proof>) | undefined,
  toFailed: (reason: string) => Proof,
): Promise<Proof | null> {
  if (probe === undefined) return null;
  try {
    return await probe();
  } catch (error) {
    return toFailed(toErrorText(error));
  }
}
