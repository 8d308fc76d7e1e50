/** Makes a guard that is there stricter, as far as the inputs ask for it: nothing that is asked of a running guard can make it laxer. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { askGuard } from "../../agent/control/control-client.ts";
import type { ControlRequest, Tightening } from "../../agent/control/control-request.ts";
import { createGithubActionsRequired } from "../../agent/egress/github-actions-required.ts";
import type { Policy } from "../../protocol/index.ts";
import type { Inputs } from "../inputs/read-inputs.ts";
import { toSecretValues } from "../inputs/secret-values.ts";
import { toMode } from "../inputs/to-policy.ts";
import type { Environment } from "../runner/step.ts";
import type { RunningGuard } from "./find-guard.ts";
import { findUnmet } from "./find-unmet.ts";

export interface Joining {
  readonly guard: RunningGuard;
  readonly inputs: Inputs;
  readonly base: Policy | undefined;
  readonly environment: Environment;
}

/** Of one request, at the control socket. */
const MAX_ALLOW_ONLY = 500;
const MAX_DENY = 200;
/** A user may ask 20 times at once and 5 times a second. */
const PAUSE_MS = 250;
const MAX_PAUSES = 40;

/** Returns what was asked for and is not in force, a sentence each. */
export async function joinGuard(joining: Joining): Promise<string[]> {
  const { guard, inputs } = joining;
  const socket = join(guard.directory, "control.sock");
  const reasons: string[] = [];
  for (const tightening of [...toTightenings(joining), ...toNameTightenings(joining)]) {
    const refusal =
      (tightening.allowOnly?.length ?? 0) > MAX_ALLOW_ONLY
        ? `more than ${MAX_ALLOW_ONLY} destinations are listed`
        : await ask(socket, { command: "tighten", ...tightening });
    if (refusal !== undefined)
      reasons.push(`the guard that is there cannot be stricter: ${refusal}`);
  }
  let hidden = 0;
  const values = toSecretValues(inputs);
  for (const value of values) {
    const refusal = await ask(socket, { command: "mask", value });
    if (refusal === undefined || refusal.includes("is too")) hidden += 1;
  }
  if (hidden < values.length) {
    reasons.push(
      `${values.length - hidden} of ${values.length} secrets are not known to the guard that is there`,
    );
  }
  return [...new Set([...reasons, ...findUnmet(joining)])];
}

function toTightenings({ guard, inputs, base, environment }: Joining): Tightening[] {
  if (toMode(inputs, base) !== "block") return [];
  const { deny = [], allow = [] } = base?.egress ?? {};
  const listed = [...new Set([...allow, ...inputs.endpoints])];
  const github = createGithubActionsRequired({
    server: environment["GITHUB_SERVER_URL"],
    api: environment["GITHUB_API_URL"],
  });
  const isBlocking = guard.state.mode.effective === "block";
  const lists = Array.from({ length: Math.ceil(deny.length / MAX_DENY) }, (_, at) => ({
    deny: deny.slice(at * MAX_DENY, (at + 1) * MAX_DENY),
  }));
  if (isBlocking && listed.length === 0) return lists;
  return [
    ...lists,
    {
      deny: [],
      // Without a list of its own it keeps to what the guard has.
      ...(listed.length > 0 && { allowOnly: [...listed, ...github.destinations] }),
      ...(!isBlocking && { mode: "block" as const }),
    },
  ];
}

/** Each by itself: where names alone are judged server names are not, and one that is refused is not to take the other with it. */
function toNameTightenings({ inputs, base }: Joining): Tightening[] {
  if (toMode(inputs, base) !== "block") return [];
  const { dns, sni } = base?.egress ?? {};
  return [
    ...(dns === "allowed-names" ? [{ deny: [], dns }] : []),
    ...(sni === "verify" ? [{ deny: [], sni }] : []),
  ];
}

/** Undefined: it is done. */
async function ask(socket: string, request: ControlRequest): Promise<string | undefined> {
  for (let pause = 0; ; pause += 1) {
    const asked = await askGuard(socket, request);
    if (asked.status === "done") return undefined;
    const isBusy = asked.status === "refused" && asked.reason.includes("try again");
    if (!isBusy || pause >= MAX_PAUSES) return asked.reason;
    await wait(PAUSE_MS);
  }
}
