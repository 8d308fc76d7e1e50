/** Addresses as text, from their bytes in network order. */

export function formatIpv4(bytes: Uint8Array): string {
  return `${bytes[0] ?? 0}.${bytes[1] ?? 0}.${bytes[2] ?? 0}.${bytes[3] ?? 0}`;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => {
    return ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0);
  });
  if (isIpv4Mapped(groups)) return `::ffff:${formatIpv4(bytes.subarray(12))}`;
  const run = longestZeroRun(groups);
  if (run.length < 2) return toHexGroups(groups);
  const after = groups.slice(run.start + run.length);
  return `${toHexGroups(groups.slice(0, run.start))}::${toHexGroups(after)}`;
}

function toHexGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
