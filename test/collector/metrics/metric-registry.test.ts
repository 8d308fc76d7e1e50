import { expect, test } from "vitest";

import { createMetricRegistry } from "../../../collector/metrics/metric-registry.ts";

test("figures are told as Prometheus reads them", async () => {
  const registry = createMetricRegistry();
  const plain = registry.counter("a_total", "A.");
  const labelled = registry.labelledCounter("b_total", {
    help: "B.",
    label: "outcome",
    values: ["ok", "bad"],
  });
  const histogram = registry.histogram("c_seconds", { help: "C.", bounds: [0.1, 1] });
  registry.labelledGauge("d", { help: "D.", label: "state" }, () => ({ live: 2, silent: 0 }));
  registry.gauge("e", "E.", () => 7);
  registry.labelledTotal("f_total", { help: "F.", label: "reason" }, () => ({ late: 3 }));
  plain.add(2);
  labelled.add(1, "ok");
  labelled.add(3, "ok");
  for (const value of [0.05, 0.5, 5]) histogram.observe(value);
  await registry.render();
  const text = await registry.render();

  expect(text.slice(0, text.indexOf("# HELP process_"))).toBe(`# HELP a_total A.
# TYPE a_total counter
a_total 2

# HELP b_total B.
# TYPE b_total counter
b_total{outcome="ok"} 4
b_total{outcome="bad"} 0
b_total{outcome="other"} 0

# HELP c_seconds C.
# TYPE c_seconds histogram
c_seconds_bucket{le="0.1"} 1
c_seconds_bucket{le="1"} 2
c_seconds_bucket{le="+Inf"} 3
c_seconds_sum 5.55
c_seconds_count 3

# HELP d D.
# TYPE d gauge
d{state="live"} 2
d{state="silent"} 0

# HELP e E.
# TYPE e gauge
e 7

# HELP f_total F.
# TYPE f_total counter
f_total{reason="late"} 3

`);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});

test("what nobody knows makes no series of its own", async () => {
  const registry = createMetricRegistry();
  const labelled = registry.labelledCounter("b_total", {
    help: "B.",
    label: "reason",
    values: ["known"],
  });
  for (let index = 0; index < 1_000; index += 1) labelled.add(1, `made up ${index}"\n`);
  for (const name of ["__proto__", "constructor"]) labelled.add(1, name);
  const lines = (await registry.render()).split("\n").filter((line) => line.startsWith("b_total"));

  expect(lines).toEqual(['b_total{reason="known"} 0', 'b_total{reason="other"} 1002']);
});

test("a figure that cannot be read has no value, and keeps no other one from being told", async () => {
  const registry = createMetricRegistry();
  registry.gauge("a", "A.", fail);
  registry.labelledGauge("b", { help: "B.", label: "state" }, fail);
  registry.gauge("c", "C.", () => 1);
  const text = await registry.render();

  expect(text).toMatch(/^c 1$/m);
  expect(text).not.toMatch(/^[ab][ {]/m);
});

function fail(): never {
  throw new Error("the disk is gone");
}
