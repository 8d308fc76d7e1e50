import type { FoundGuard } from "../guard/find-guard.ts";
import type { GuardState } from "../guard/guard-state.ts";
import { findNotedGuard, readNoted } from "../guard/noted-guard.ts";
import { toReportPath } from "../guard/places.ts";
import { findWeaknesses } from "../guard/weaknesses.ts";
import type { Step } from "../runner/step.ts";

/** Returns the exit status. */
export async function runMain(step: Step): Promise<number> {
  const found = await findNotedGuard(readNoted(step.environment));
  if (found.status !== "running") {
    const lead = found.status === "silent" ? "" : "This job is not guarded: ";
    step.annotate("warning", `${lead}${describeMissing(found)}.`);
    const mode = found.status === "silent" ? "unknown" : "none";
    step.setOutputs({ "effective-mode": mode, "degraded-reasons": describeMissing(found) });
    return 0;
  }
  const { state, directory } = found;
  for (const line of toLines(found)) step.say(line);
  step.setOutputs({
    "effective-mode": state.mode.effective,
    "run-id": state.runId,
    "report-path": toReportPath(directory),
    "degraded-reasons": toDegraded(step, state).join("; "),
  });
  return 0;
}

function describeMissing(found: FoundGuard): string {
  if (found.status === "silent")
    return "the guard lives, and could not be asked: others of this user keep it busy";
  return found.status === "gone"
    ? "the guard that was in force answers no more: it was ended"
    : "no guard is running";
}

function toLines({ state, directory }: FoundGuard & { readonly status: "running" }): string[] {
  const { mode, sensors, mechanism, lockdown } = state;
  const asked =
    mode.requested === mode.effective
      ? ""
      : `, and ${mode.requested} was asked for (${mode.reasons.join("; ")})`;
  const watching = sensors
    .filter(({ name, status }) => name !== "host" && status !== "unavailable")
    .map(({ name, status }) => `${name} ${status}`);
  const taken = Object.entries(lockdown ?? {}).map(([what, held]) => `${what} ${held}`);
  return [
    `Runner Guard run ${state.runId}`,
    `mode: ${mode.effective}${asked}`,
    `sensors: ${watching.join(", ")}`,
    `network: ${mechanism}; ${taken.length === 0 ? "sudo and containers are left to the job" : taken.join(", ")}`,
    `report: ${toReportPath(directory)}`,
  ];
}

/** What pre said, and what has come since. */
function toDegraded({ environment }: Step, state: GuardState): string[] {
  const said = (environment["STATE_degraded"] ?? "").split("\n").filter((line) => line !== "");
  return [...new Set([...said, ...findWeaknesses(state)])];
}
