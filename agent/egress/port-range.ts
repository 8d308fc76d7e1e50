import type { Parsed } from "./parsed.ts";

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export const EVERY_PORT: PortRange = { from: 1, to: 65_535 };

const SERVICES: Readonly<Record<string, number>> = {
  dns: 53,
  ftp: 21,
  git: 9418,
  http: 80,
  https: 443,
  ntp: 123,
  postgres: 5432,
  ssh: 22,
};

/** `443`, `8000-8100` or `*`. */
export function parsePortRange(text: string): Parsed<PortRange> {
  if (text === "*") return { value: EVERY_PORT };
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return { problem: describeMistake(text) };
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (from < 1 || to > EVERY_PORT.to) {
    return { problem: `port ${text} does not exist: ports go from 1 to 65535` };
  }
  if (from > to) return { problem: `port range ${text} is empty: write ${to}-${from}` };
  return { value: { from, to } };
}

/** What is left of a range without the others. */
export function subtractPorts(range: PortRange, taken: readonly PortRange[]): PortRange[] {
  return taken.reduce<PortRange[]>(
    (left, hole) =>
      left.flatMap(({ from, to }) =>
        [
          { from, to: Math.min(to, hole.from - 1) },
          { from: Math.max(from, hole.to + 1), to },
        ].filter((part) => part.from <= part.to),
      ),
    [range],
  );
}

/** The range in parts of which none reaches over a boundary: a port that a part may begin at. `boundaries` ascending. */
export function splitPorts({ from, to }: PortRange, boundaries: readonly number[]): PortRange[] {
  const starts = [from, ...boundaries.filter((boundary) => from < boundary && boundary <= to)];
  return starts.map((start, index) => ({ from: start, to: (starts[index + 1] ?? to + 1) - 1 }));
}

function describeMistake(text: string): string {
  if (text === "") return "the port after : is missing: write one, or leave the : out for port 443";
  if (text.includes(",")) return `write an entry for each port instead of ${text}`;
  const port = SERVICES[text.toLowerCase()];
  if (port !== undefined) return `ports are numbers: write ${port} instead of ${text}`;
  return `${text} is no port: write a number from 1 to 65535, a range such as 8000-8100, or *`;
}
