/** What a running guard did when it was asked, in one line for whoever asked. */
import type { Label, Tightening } from "../control/control-request.ts";

export interface Done {
  readonly message: string;
  /** It was done, and came to nothing. */
  readonly isWarning?: boolean;
}

/** @param result what the guard answered; it comes from a socket, so it is looked at. */
export function describeFinish(result: unknown): Done {
  return fieldOf(result, "reportWritten") === false
    ? { message: "no --report was given: nothing written", isWarning: true }
    : { message: "the report is written, and guarding goes on" };
}

/** Without the value: the guard may know that it is a secret, and whoever asks it may not. */
export function describeLabel({ key }: Label): Done {
  return { message: `the report has the label ${key}` };
}

/** With nothing between job and network, a denied destination is a violation and is reached all the same. */
export function describeTightening(
  { deny, allowOnly = [], ...settings }: Tightening,
  result: unknown,
): Done {
  const mechanism = fieldOf(result, "mechanism");
  const parts = [
    ...(deny.length === 0 ? [] : [`deny ${toNames(deny)}`]),
    ...(allowOnly.length === 0 ? [] : [`allow only ${toNames(allowOnly)}`]),
    ...Object.entries(settings).map(([name, value]) => `${name} ${value}`),
  ];
  return mechanism === "none"
    ? {
        message: `stricter from now on, in the report alone: ${parts.join("; ")}; nothing stands between the job and the network`,
        isWarning: true,
      }
    : { message: `stricter from now on: ${parts.join("; ")}` };
}

/** What reads well in one line. */
const MAX_NAMED = 5;

function toNames(destinations: readonly string[]): string {
  return destinations.length <= MAX_NAMED
    ? destinations.join(", ")
    : `${destinations.length} destinations`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
