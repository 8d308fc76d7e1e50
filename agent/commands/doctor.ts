import type { Severity } from "../../protocol/index.ts";
import { toErrorText } from "../errors.ts";
import { foreseeLockdown } from "../lockdown/foresee-lockdown.ts";
import type { PosturePlaces } from "../posture/posture-places.ts";
import { findFailed, readPosture } from "../posture/posture.ts";
import { probe as probePosture } from "../posture/probe.ts";
import type { Probes } from "../posture/probes.ts";
import { renderDiagnosis } from "../privilege/diagnosis-text.ts";
import { diagnose } from "../privilege/diagnosis.ts";
import type { EnforcementProof } from "../privilege/enforcement.ts";
import { readMachineFacts } from "../privilege/machine-facts.ts";
import { toPlaces } from "../privilege/places.ts";
import type { Places } from "../privilege/places.ts";
import type { KernelProof } from "../privilege/sensor-availability.ts";
import { escapeJson } from "../report/escape/escape-json.ts";
import { toLockdownPlaces } from "./guarding/lockdown-places.ts";
import { renderLockdown } from "./lockdown-text.ts";
import { renderPosture } from "./posture-text.ts";

const EXIT_FAILED = 1;

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
  readonly posture: PosturePlaces;
  /** Asks the metadata service and the Kubernetes API, which nobody does without being told to. */
  readonly asksOthers?: boolean;
  /** A check of posture that fails and is as grave as this makes the exit status 1. */
  readonly failOn?: Severity;
}

/**
 * Prints what this machine lets the guard see and do, and what would let it do more. And what of it makes jobs
 * easier to attack. Returns the exit status: finding little is no failure, but for `failOn`.
 *
 * @throws AgentError where /proc cannot be read, so that nothing can be told.
 */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const facts = readMachineFacts(options.places ?? toPlaces());
  const diagnosis = diagnose(facts, {
    kernel: await prove(options.probe, (reason) => ({ status: "unavailable", reason })),
    enforcement: await prove(options.probeBlocking, (reason) => ({ mechanism: "none", reason })),
  });
  const probes: Probes = options.asksOthers === true ? await probePosture(options.posture) : {};
  const posture = readPosture(options.posture, probes);
  const lockdown = foreseeLockdown(toLockdownPlaces());
  const sections = [
    renderDiagnosis(diagnosis, options),
    renderLockdown(lockdown, options),
    renderPosture(posture, options),
  ];
  options.stdout.write(
    options.json
      ? `${escapeJson(JSON.stringify({ ...diagnosis, lockdown, posture }, null, 2))}\n`
      : sections.join("\n"),
  );
  const { failOn } = options;
  return failOn !== undefined && findFailed(posture, failOn).length > 0 ? EXIT_FAILED : 0;
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
