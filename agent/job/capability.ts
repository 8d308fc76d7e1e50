/** include/uapi/linux/capability.h */
const NUMBERS = { NET_ADMIN: 12, NET_RAW: 13 } as const;
const SETPCAP = 8;

/** What a command may have to do without: with it, root gets past the packet filter. */
export type WithheldCapability = keyof typeof NUMBERS;

export function toCapabilityNumber(capability: WithheldCapability): number {
  return NUMBERS[capability];
}

/**
 * Those that this process cannot withhold for good, and that a set-user-id program or one with file capabilities would give
 * the command. `status` is that of the process (proc_pid_status(5)).
 */
export function findUnwithheld(
  capabilities: readonly WithheldCapability[],
  status: string,
): readonly WithheldCapability[] {
  if (mayWithhold(status) || /^NoNewPrivs:\s*1$/m.test(status)) return [];
  return capabilities.filter((capability) => hasCapability(status, "CapBnd", NUMBERS[capability]));
}

export function mayWithhold(status: string): boolean {
  return hasCapability(status, "CapEff", SETPCAP);
}

function hasCapability(status: string, set: "CapEff" | "CapBnd", capability: number): boolean {
  const mask = new RegExp(`^${set}:\\s*([0-9a-f]{1,16})$`, "m").exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${mask}`) >> BigInt(capability)) & 1n) === 1n;
}
