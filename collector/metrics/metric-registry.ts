/**
 * Figures in the text format of Prometheus, by prom-client. What is counted for every batch is a plain number, which the library gets when
 * somebody asks. A label has the few values that it was made with: what agents send makes no series.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface MetricRegistry {
  counter(name: string, help: string): { add(amount: number): void };
  /** Whatever is none of the values is counted as `other`. */
  labelledCounter(
    name: string,
    options: LabelOptions,
  ): { add(amount: number, value: string): void };
  histogram(name: string, options: HistogramOptions): { observe(value: number): void };
  labelledHistogram<Value extends string>(
    name: string,
    options: HistogramOptions & { readonly label: string; readonly values: readonly Value[] },
  ): { observe(value: number, label: Value): void };
  /** Asked when it is rendered; where that fails it has no value. */
  gauge(name: string, help: string, read: () => number | undefined): void;
  /** By the label's value. */
  labelledGauge(name: string, options: Omit<LabelOptions, "values">, read: ReadByLabel): void;
  /** The same for what only rises. */
  labelledTotal(name: string, options: Omit<LabelOptions, "values">, read: ReadByLabel): void;
  render(): Promise<string>;
}

export interface LabelOptions {
  readonly help: string;
  readonly label: string;
  readonly values: readonly string[];
}

export interface HistogramOptions {
  readonly help: string;
  /** Upper bounds of buckets. */
  readonly bounds: readonly number[];
}

type ReadByLabel = () => Readonly<Record<string, number>>;

const OTHER = "other";

export function createMetricRegistry(): MetricRegistry {
  const registry = new Registry();
  const registers = [registry];
  const ofProcess = findProcessRegistry();
  return {
    counter(name, help) {
      let sum = 0;
      const collect = function (this: Counter): void {
        this.reset();
        this.inc(sum);
      };
      registry.registerMetric(new Counter({ name, help, registers: [], collect }));
      return { add: (amount) => void (sum += amount) };
    },
    labelledCounter(name, { help, label, values }) {
      const sums = new Map([...values, OTHER].map((value) => [value, 0]));
      const collect = function (this: Counter): void {
        this.reset();
        for (const [value, sum] of sums) this.inc({ [label]: value }, sum);
      };
      registry.registerMetric(
        new Counter({ name, help, registers: [], labelNames: [label], collect }),
      );
      return {
        add(amount, value) {
          const known = sums.has(value) ? value : OTHER;
          sums.set(known, (sums.get(known) ?? 0) + amount);
        },
      };
    },
    histogram(name, { help, bounds }) {
      const histogram = new Histogram({ name, help, registers, buckets: [...bounds] });
      return { observe: (value) => histogram.observe(value) };
    },
    labelledHistogram(name, { help, bounds, label, values }) {
      const labelNames = [label];
      const histogram = new Histogram({ name, help, registers, labelNames, buckets: [...bounds] });
      for (const value of values) histogram.zero({ [label]: value });
      return { observe: (value, of) => histogram.observe({ [label]: of }, value) };
    },
    gauge(name, help, read) {
      const collect = function (this: Gauge): void {
        const value = tryRead(read);
        if (value === undefined) this.remove();
        else this.set(value);
      };
      registry.registerMetric(new Gauge({ name, help, registers: [], collect }));
    },
    labelledGauge(name, { help, label }, read) {
      const collect = function (this: Gauge): void {
        this.reset();
        for (const [value, number] of Object.entries(tryRead(read) ?? {})) {
          this.set({ [label]: value }, number);
        }
      };
      registry.registerMetric(
        new Gauge({ name, help, registers: [], labelNames: [label], collect }),
      );
    },
    labelledTotal(name, { help, label }, read) {
      const collect = function (this: Counter): void {
        this.reset();
        for (const [value, sum] of Object.entries(tryRead(read) ?? {})) {
          this.inc({ [label]: value }, sum);
        }
      };
      registry.registerMetric(
        new Counter({ name, help, registers: [], labelNames: [label], collect }),
      );
    },
    async render() {
      const texts = await Promise.all([registry.metrics(), ofProcess.metrics()]);
      return texts.join("\n");
    },
  };
}

/** A database that cannot be read is told of by other figures, which are not to fail with it. */
function tryRead<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** They go through all that is open, which may be every connection. */
const COSTLY = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
];

let processRegistry: Registry | undefined;

/** Of the process, however many collectors it has: what measures it cannot be taken back. */
function findProcessRegistry(): Registry {
  if (processRegistry !== undefined) return processRegistry;
  processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry });
  for (const name of COSTLY) processRegistry.removeSingleMetric(name);
  return processRegistry;
}
