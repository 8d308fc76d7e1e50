/** Bytes that disks have moved since the machine started. */
export interface DiskTraffic {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** What /proc/diskstats counts in, whatever the disk's own sector size. */
const SECTOR_BYTES = 512;

/**
 * From /proc/diskstats. Only devices that `isDisk` knows are added up: partitions and mapped devices would count the same
 * bytes again. Undefined when there is no disk, as in most pods.
 */
export function parseDiskTraffic(
  text: string,
  isDisk: (name: string) => boolean,
): DiskTraffic | undefined {
  const disks = text
    .split("\n")
    .map((line) => /^ *\d+ +\d+ (\S+) \d+ \d+ (\d+) \d+ \d+ \d+ (\d+) /.exec(line))
    .filter((match) => match !== null && isDisk(match[1] ?? ""));
  if (disks.length === 0) return undefined;
  const sum = (field: 2 | 3): number =>
    disks.reduce((bytes, match) => bytes + Number(match?.[field]) * SECTOR_BYTES, 0);
  return { readBytes: sum(2), writtenBytes: sum(3) };
}
