/** What the action notes in the guard's report, as early as it can: the first value of a label stays, whoever comes later. */
import type { Environment } from "../runner/step.ts";

export const UNGUARDED_LABEL = "runner-guard/unguarded";

/** Which use of the action in this job was the first one: the one that tells how it went. Of this job alone, for a machine's guard sees others. */
export function toFirstUseLabel(environment: Environment): string {
  const [run = "0", attempt = "1"] = [
    environment["GITHUB_RUN_ID"],
    environment["GITHUB_RUN_ATTEMPT"],
  ];
  return `runner-guard/first-use-${toKeyPart(run)}-${toKeyPart(attempt)}`;
}

const JOINED = "yes";

/** For the last phase: the label alone may be anybody's, who was faster. */
export function toJoined(isJoined: boolean): Readonly<Record<string, string>> {
  return { joined: isJoined ? JOINED : "" };
}

export function hasJoined(environment: Environment): boolean {
  return environment["STATE_joined"] === JOINED;
}

/** As the runner names a step, the same in all three phases. */
export function toUse(environment: Environment): string {
  return environment["GITHUB_ACTION"] ?? "";
}

function toKeyPart(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 16);
}
