/** Figures in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Counter {
  /** The label's value is one of a few that we know, and never what somebody sent. */
  add(amount: number, label?: string): void;
}

export interface Histogram {
  observe(value: number): void;
}

export interface MetricRegistry {
  counter(name: string, options: { readonly help: string; readonly label?: string }): Counter;
  histogram(
    name: string,
    options: { readonly help: string; readonly bounds: readonly number[] },
  ): Histogram;
  /** Asked when it is rendered: by the label's value where there is a label. */
  gauge(name: string, options: ReadOptions): void;
  /** The same for what only rises. */
  total(name: string, options: ReadOptions): void;
  render(): string;
}

export interface ReadOptions {
  readonly help: string;
  readonly label?: string;
  readonly read: () => number | Readonly<Record<string, number>>;
}

type Render = () => readonly string[];

export function createMetricRegistry(): MetricRegistry {
  const renders: Render[] = [];
  return {
    counter(name, { help, label }) {
      const values = new Map<string, number>(label === undefined ? [["", 0]] : []);
      renders.push(() => [
        ...toHead(name, help, "counter"),
        ...[...values].map(([value, count]) => toLine(name, label, value, count)),
      ]);
      return {
        add: (amount, value = "") => void values.set(value, (values.get(value) ?? 0) + amount),
      };
    },
    histogram(name, { help, bounds }) {
      const counts = bounds.map(() => 0);
      let sum = 0;
      let count = 0;
      renders.push(() => [
        ...toHead(name, help, "histogram"),
        ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index]}`),
        `${name}_bucket{le="+Inf"} ${count}`,
        `${name}_sum ${sum}`,
        `${name}_count ${count}`,
      ]);
      return {
        observe(value) {
          sum += value;
          count += 1;
          for (const [index, bound] of bounds.entries()) {
            if (value <= bound) counts[index] = (counts[index] ?? 0) + 1;
          }
        },
      };
    },
    gauge: (name, options) => void renders.push(() => toLines(name, "gauge", options)),
    total: (name, options) => void renders.push(() => toLines(name, "counter", options)),
    render: () => `${renders.flatMap((render) => render()).join("\n")}\n`,
  };
}

function toLines(name: string, type: string, { help, label, read }: ReadOptions): string[] {
  const values = read();
  const entries = typeof values === "number" ? [["", values] as const] : Object.entries(values);
  return [
    ...toHead(name, help, type),
    ...entries.map(([value, number]) => toLine(name, label, value, number)),
  ];
}

function toHead(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function toLine(name: string, label: string | undefined, value: string, number: number): string {
  return label === undefined ? `${name} ${number}` : `${name}{${label}="${value}"} ${number}`;
}
