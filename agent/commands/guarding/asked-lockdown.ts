import type { Lockdown, Policy } from "../../../protocol/index.ts";
import type { RunConfig } from "../../config.ts";
import { AgentError } from "../../errors.ts";
import type { AskedLockdown } from "../../lockdown/asked-lockdown.ts";
import { toFailOn } from "../run/strength.ts";

/** Undefined where nothing is to be taken from the job. */
export function toAskedLockdown(
  { disableSudo, disableContainers }: RunConfig,
  policy: Policy | null,
): AskedLockdown | undefined {
  const sudo = disableSudo ?? policy?.lockdown.sudo ?? false;
  const containers = disableContainers ?? policy?.lockdown.containers ?? false;
  return sudo || containers ? { sudo, containers } : undefined;
}

/**
 * What is asked for and not held starts nothing, unless `fail-on` is given and leaves `degraded` out, as it is with block mode.
 * Throws `requirement-unmet`.
 */
export function assertLockdown(
  { sudo, containers, reasons }: Lockdown,
  config: RunConfig,
  { policy, warn }: { policy: Policy | null; warn: (message: string) => void },
): void {
  const failOn = toFailOn(config, policy);
  const options = [
    ...(sudo === "not-held" ? ["--disable-sudo"] : []),
    ...(containers === "not-held" ? ["--disable-containers"] : []),
  ].join(" and ");
  const reason = reasons.join("; ");
  if (options === "") {
    // What stays open beside sudo is news to who asked for no more; that beside both is the same on every machine.
    if (containers === "allowed") for (const remark of reasons) warn(`warning: ${remark}`);
  } else if (failOn !== undefined && !failOn.includes("degraded")) {
    warn(`warning: ${options} does not hold the job: ${reason}`);
  } else {
    throw new AgentError(
      "requirement-unmet",
      `${options} would not hold the job: ${reason}; to go on with a weaker guard, give a --fail-on without degraded, such as --fail-on violation`,
    );
  }
}
