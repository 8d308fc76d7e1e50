/** Takes the watched names out of an environment; of everything else not even a string is made. */
export type EnvironmentFilter = (bytes: Buffer) => Readonly<Record<string, string>>;

const NUL = "\0";

/** Values are cut at `maxValueBytes`. Where a name occurs twice the first counts, as it does for getenv(3). */
export function createEnvironmentFilter(
  names: readonly string[],
  maxValueBytes: number,
): EnvironmentFilter {
  const marks = names.map((name) => ({ name, mark: Buffer.from(`${NUL}${name}=`) }));
  return (bytes) => {
    const found: [string, string][] = [];
    for (const { name, mark } of marks) {
      const start = startOfValue(bytes, mark);
      if (start === undefined) continue;
      const end = bytes.indexOf(NUL, start);
      const stop = Math.min(end === -1 ? bytes.length : end, start + maxValueBytes);
      found.push([name, bytes.toString("utf8", start, stop)]);
    }
    return Object.fromEntries(found);
  };
}

/** The first entry has no NUL before it. */
function startOfValue(bytes: Buffer, mark: Buffer): number | undefined {
  const first = mark.subarray(1);
  if (bytes.subarray(0, first.length).equals(first)) return first.length;
  const index = bytes.indexOf(mark);
  return index === -1 ? undefined : index + mark.length;
}
