/** How strong the guard is held to be: what was asked for, what is in force, and whether that will do. */
import type { FailOn, Mode, Policy, SensorStatus } from "../../../protocol/index.ts";
import type { RunConfig } from "../../config.ts";
import { AgentError } from "../../errors.ts";

const CANNOT_BLOCK = "this release judges connections and cannot block them";

/**
 * Blocking is not built yet, so asking for it leads to auditing, and says so, unless policy tolerates no less than was
 * asked for. Throws `requirement-unmet`.
 */
export function decideMode(
  config: RunConfig,
  policy: Policy | null,
  failOn: readonly FailOn[],
): Mode {
  const requested = config.mode ?? policy?.egress?.mode ?? "audit";
  if (config.require.includes("enforcement")) {
    throw new AgentError("requirement-unmet", `--require enforcement: ${CANNOT_BLOCK}`);
  }
  if (requested === "audit") return { requested, effective: "audit", reasons: [] };
  if (failOn.includes("degraded")) {
    throw new AgentError(
      "requirement-unmet",
      `mode block with fail-on degraded: ${CANNOT_BLOCK}; ask for --mode audit, or leave out degraded`,
    );
  }
  return { requested, effective: "audit", reasons: [CANNOT_BLOCK] };
}

/** Throws `requirement-unmet` where a sensor is weaker than `--require` or `fail-on degraded` let it be. */
export function assertSensors(
  statuses: readonly SensorStatus[],
  { require, sensor }: RunConfig,
  failOn: readonly FailOn[],
): void {
  const kernel = findKernel(statuses);
  if (require.includes("kernel") && kernel?.status !== "active") {
    const mend =
      sensor === "proc" ? "leave out --sensor proc" : "runner-guard doctor tells how to mend that";
    throw new AgentError(
      "requirement-unmet",
      `--require kernel: the kernel sensor is ${describe(kernel)}; ${mend}`,
    );
  }
  const weak = statuses.find(({ status }) => status !== "active");
  if (weak && failOn.includes("degraded")) {
    throw new AgentError(
      "requirement-unmet",
      `fail-on degraded: the ${weak.name} sensor is ${describe(weak)}`,
    );
  }
}

/** What someone who relies on the options should know before the command runs; a policy file says its own. */
export function findShortcomings(
  statuses: readonly SensorStatus[],
  { mode, failOn: asked }: RunConfig,
  { policy, failOn }: { policy: Policy | null; failOn: readonly FailOn[] },
): string[] {
  const shortcomings: string[] = [];
  if (mode === "block") shortcomings.push(`--mode block is audited only: ${CANNOT_BLOCK}`);
  if (asked?.includes("finding-high")) {
    shortcomings.push("--fail-on finding-high never comes true: this release has no rules");
  }
  if (!failOn.includes("violation")) return shortcomings;
  if (policy?.egress === undefined) {
    shortcomings.push("fail-on violation never comes true: no policy with an egress section");
  } else if (findKernel(statuses)?.status !== "active") {
    shortcomings.push(
      "fail-on violation with samples of /proc misses short connections; --require kernel, or fail-on degraded, makes sure",
    );
  }
  return shortcomings;
}

function findKernel(statuses: readonly SensorStatus[]): SensorStatus | undefined {
  return statuses.find(({ name }) => name === "kernel");
}

function describe(status: SensorStatus | undefined): string {
  if (status === undefined) return "switched off (--sensor proc)";
  return status.reason === undefined ? status.status : `${status.status} (${status.reason})`;
}
