/** What a dashboard shows, as it is written down here. Grafana's own form comes from `to-grafana.ts`. */
export interface Query {
  readonly expr: string;
  /** Of its lines: words, or a label in double braces. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What it is good for, and what to do about it. */
  readonly description: string;
  /** Lines over time, unless it is one figure. */
  readonly type?: "stat" | "timeseries";
  /** As Grafana names units. */
  readonly unit: "short" | "s" | "bytes" | "Bps" | "percentunit" | "eps" | "reqps";
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

export const OWN = "runner_guard_collector_";

/** How often it happened within what is looked at. */
export function increase(metric: string, legend: string): Query {
  return { expr: over("increase", metric), legend };
}

/** A line for each value of the label, which has it behind these words. */
export function increaseBy(metric: string, label: string, words = ""): Query {
  return { expr: over("increase", metric, label), legend: `${words}{{${label}}}` };
}

export function rate(metric: string, legend: string): Query {
  return { expr: over("rate", metric), legend };
}

/** As `increaseBy`. */
export function rateBy(metric: string, label: string): Query {
  return { expr: over("rate", metric, label), legend: `{{${label}}}` };
}

export function gauge(expr: string, legend: string): Query {
  return { expr, legend };
}

/** The middle, nine of ten and 99 of a hundred. */
export function quantiles(metric: string): readonly Query[] {
  return [0.5, 0.9, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${OWN}${metric}_bucket[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));
}

function over(change: "increase" | "rate", metric: string, by?: string): string {
  const sum = by === undefined ? "sum" : `sum by (${by})`;
  return `${sum} (${change}(${OWN}${metric}[$__rate_interval]))`;
}
