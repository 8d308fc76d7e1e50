/** Names of what the agent fills or reads while the table stands. */

/** Keyed by address, protocol and port: destinations that an answer to an allowed name opened. */
export const LEARNED = { ipv4: "learned4", ipv6: "learned6" } as const;
/** The same with ranges of ports; elements of one set must not overlap, or the kernel refuses them. */
export const LEARNED_RANGES = { ipv4: "learned4_ranges", ipv6: "learned6_ranges" } as const;
/** Keyed by both ends: UDP that this very table let through. Only packets fill it, so it is empty when the table is loaded. */
export const PASSED = { ipv4: "passed4", ipv6: "passed6" } as const;
/** Keyed by address: all that denied names were answered with. */
export const DENIED_NAMES = { ipv4: "denied_names4", ipv6: "denied_names6" } as const;

export const REFUSED_COUNTER = "refused";
export const WOULD_REFUSE_COUNTER = "would_refuse";
/** In the table of the family netdev. */
export const DROPPED_FRAMES_COUNTER = "dropped_frames";
