import type { Lockdown } from "../../protocol/index.ts";

/** `open`: why the job may use containers in spite of all. */
export function toContainerStatus(
  isAsked: boolean,
  open: readonly string[],
): Lockdown["containers"] {
  if (!isAsked) return "allowed";
  return open.length === 0 ? "disabled" : "not-held";
}
