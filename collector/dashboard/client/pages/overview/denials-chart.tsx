import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

import type { OverviewView } from "../../api/types.ts";
import { toWhole } from "../../format/number.ts";
import { toShortClock, toShortDay } from "../../format/time.ts";

interface DenialsChartProps {
  readonly denials: OverviewView["denials"];
  readonly hours: number;
}

const HOUR_MS = 3_600_000;
const HEIGHT = 180;

/** By hour: what was blocked, and what would have been. */
export function DenialsChart({ denials, hours }: DenialsChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const blocked = denials.reduce((sum, { blocked: count }) => sum + count, 0);
  const wouldBlock = denials.reduce((sum, { wouldBlock: count }) => sum + count, 0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const ended = new AbortController();
    void draw(element, toColumns(denials, hours), ended.signal);
    return () => ended.abort();
  }, [denials, hours]);
  return (
    <figure class="chart-frame">
      <figcaption class="legend body">
        <span class="blocked">
          <i /> {toWhole(blocked)} blocked
        </span>
        <span class="would-block">
          <i /> {toWhole(wouldBlock)} would have been
        </span>
      </figcaption>
      <div class="chart" ref={place} aria-hidden="true" />
    </figure>
  );
}

type Columns = [times: number[], all: number[], blocked: number[]];

/** An hour of nothing is shown as such. */
function toColumns(denials: OverviewView["denials"], hours: number): Columns {
  const byHour = new Map(denials.map((denial) => [Date.parse(denial.hour), denial]));
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const times = Array.from({ length: hours }, (_, index) => last - (hours - 1 - index) * HOUR_MS);
  const blocked = times.map((time) => byHour.get(time)?.blocked ?? 0);
  // Drawn behind, and so seen above.
  const all = times.map(
    (time, index) => (blocked[index] ?? 0) + (byHour.get(time)?.wouldBlock ?? 0),
  );
  return [times.map((time) => time / 1_000), all, blocked];
}

async function draw(element: HTMLElement, columns: Columns, ended: AbortSignal): Promise<void> {
  // The page is there before the chart is.
  const { default: Plot } = await import("uplot");
  if (ended.aborted) return;
  const bars = Plot.paths.bars?.({ size: [0.7, 24] });
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(4, most)] } },
    axes: [
      { ...axis, grid: { show: false }, values: (_, seconds) => seconds.map(toHour) },
      { ...axis, size: 40 },
    ],
    series: [
      {},
      { fill: colour("--medium"), width: 0, points: { show: false }, ...(bars && { paths: bars }) },
      {
        fill: colour("--critical"),
        width: 0,
        points: { show: false },
        ...(bars && { paths: bars }),
      },
    ],
  };
  const plot = new Plot(options, columns, element);
  const watching = new ResizeObserver(() =>
    plot.setSize({ width: element.clientWidth, height: HEIGHT }),
  );
  watching.observe(element);
  ended.addEventListener("abort", () => {
    watching.disconnect();
    plot.destroy();
  });
}

/** Midnight is a day. */
function toHour(seconds: number): string {
  const time = new Date(seconds * 1_000).toISOString();
  return new Date(time).getHours() === 0 ? toShortDay(time) : toShortClock(time);
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
