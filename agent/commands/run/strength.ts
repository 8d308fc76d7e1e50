/** How strong the guard is held to be: what was asked for, what is in force, and whether that will do. */
import type {
  Enforcement,
  EnforcementMode,
  FailOn,
  Mode,
  Policy,
  SensorStatus,
} from "../../../protocol/index.ts";
import type { RunConfig } from "../../config.ts";
import { AgentError } from "../../errors.ts";
import type { Guard } from "../../guard/guard.ts";

export function toRequestedMode({ mode }: RunConfig, policy: Policy | null): EnforcementMode {
  return mode ?? policy?.egress?.mode ?? "audit";
}

/** Undefined where neither the options nor the policy say what makes a run fail. */
export function toFailOn(
  { failOn }: RunConfig,
  policy: Policy | null,
): readonly FailOn[] | undefined {
  return failOn ?? policy?.["fail-on"];
}

interface Strength {
  readonly mode: Mode;
  readonly enforcement: Enforcement;
  readonly statuses: readonly SensorStatus[];
}

/**
 * Held against what the options and the policy ask for; what falls short and is tolerated is warned of. Throws
 * `requirement-unmet`.
 */
export function assertStrength(
  guard: Pick<Guard, "mode" | "enforcement" | "statuses">,
  config: RunConfig,
  { policy, warn }: { policy: Policy | null; warn: (message: string) => void },
): void {
  const failOn = toFailOn(config, policy);
  const strength = {
    mode: guard.mode,
    enforcement: guard.enforcement(),
    statuses: guard.statuses(),
  };
  assertEnforcement(strength, config, failOn);
  assertSensors(strength.statuses, config, failOn ?? []);
  for (const shortcoming of findShortcomings(strength, config, { policy, failOn: failOn ?? [] })) {
    warn(`warning: ${shortcoming}`);
  }
}

/**
 * Block mode that cannot block starts nothing, unless `fail-on` is given and leaves `degraded` out: then whoever wrote it
 * has decided. Throws `requirement-unmet`.
 */
function assertEnforcement(
  { mode, enforcement }: Strength,
  { require, enforcement: choice }: RunConfig,
  failOn: readonly FailOn[] | undefined,
): void {
  const reason = enforcement.reason ?? "no reason is known";
  if (require.includes("enforcement") && enforcement.mechanism !== "nftables") {
    throw new AgentError(
      "requirement-unmet",
      `--require enforcement: connections cannot be refused here: ${reason}`,
    );
  }
  if (choice === "nftables" && enforcement.mechanism !== "nftables") {
    throw new AgentError(
      "requirement-unmet",
      `--enforcement nftables is not to be had: ${reason}; runner-guard doctor tells what is missing, --enforcement auto takes what there is`,
    );
  }
  if (choice === "dns" && enforcement.mechanism !== "dns") {
    throw new AgentError("requirement-unmet", `--enforcement dns is not to be had: ${reason}`);
  }
  if (mode.requested === mode.effective) return;
  const isTolerated =
    failOn === undefined ? isWhatWasChosen(mode, choice) : !failOn.includes("degraded");
  if (isTolerated) return;
  throw new AgentError(
    "requirement-unmet",
    `mode block cannot be had, only ${mode.effective}: ${reason}; runner-guard doctor tells how to mend that, --mode audit asks for less, and a --fail-on without degraded, such as --fail-on violation, accepts the weaker guard`,
  );
}

/** Who asks for names alone gets what he asks for. */
function isWhatWasChosen({ effective }: Mode, choice: RunConfig["enforcement"]): boolean {
  return choice === "dns" && effective === "block (names only)";
}

/** Throws `requirement-unmet` where a sensor is weaker than `--require` or `fail-on degraded` let it be. */
function assertSensors(
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

/** What someone who relies on the options should know before the job runs; a policy file says its own. */
function findShortcomings(
  { mode, enforcement, statuses }: Strength,
  { enforcement: choice }: RunConfig,
  { policy, failOn }: { policy: Policy | null; failOn: readonly FailOn[] },
): string[] {
  const shortcomings: string[] = [];
  if (isWhatWasChosen(mode, choice)) shortcomings.push(mode.reasons.join("; "));
  else if (mode.requested !== mode.effective) {
    shortcomings.push(
      `mode block was asked for and ${mode.effective} is in force: ${mode.reasons.join("; ")}`,
    );
  }
  if (mode.requested === "block" && policy?.egress === undefined) {
    shortcomings.push(
      "mode block allows nothing: no policy with an egress section; list what the job needs in egress.allow",
    );
  }
  if (mode.requested === "audit" && policy?.egress?.deny.length && !mayRefuse(enforcement)) {
    shortcomings.push(
      `egress.deny is reported and not refused, and names are known from /etc/hosts alone: ${enforcement.reason ?? "--enforcement none"}`,
    );
  }
  if (policy?.egress?.sni === "verify" && !mayRefuse(enforcement)) {
    shortcomings.push(
      `egress.sni is not in force: ${enforcement.reason ?? "nothing stands between the job and the network"}`,
    );
  }
  if (!failOn.includes("violation")) return shortcomings;
  if (policy?.egress === undefined) {
    shortcomings.push("fail-on violation never comes true: no policy with an egress section");
  } else if (findKernel(statuses)?.status !== "active" && !mayRefuse(enforcement)) {
    shortcomings.push(
      "fail-on violation with samples of /proc misses short connections; --require kernel, or fail-on degraded, makes sure",
    );
  }
  return shortcomings;
}

function mayRefuse({ mechanism }: Enforcement): boolean {
  return mechanism === "nftables";
}

function findKernel(statuses: readonly SensorStatus[]): SensorStatus | undefined {
  return statuses.find(({ name }) => name === "kernel");
}

function describe(status: SensorStatus | undefined): string {
  if (status === undefined) return "switched off (--sensor proc)";
  return status.reason === undefined ? status.status : `${status.status} (${status.reason})`;
}
