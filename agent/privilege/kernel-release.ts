export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** `6.18.44-custom` → 6.18; null where the text does not begin with two numbers. */
export function parseKernelRelease(release: string): KernelVersion | null {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(release);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}

export function isAtLeast(version: KernelVersion | null, wanted: KernelVersion): boolean {
  if (version === null) return false;
  return (
    version.major > wanted.major ||
    (version.major === wanted.major && version.minor >= wanted.minor)
  );
}

/** Since Linux 5.11 BPF maps are charged to the memory cgroup, and the memlock limit no longer counts for them. */
export function chargesMapsToCgroup(version: KernelVersion | null): boolean {
  return isAtLeast(version, { major: 5, minor: 11 });
}
