import { expect, test } from "vitest";

import { createMetricRegistry } from "../../../collector/metrics/metric-registry.ts";

test("figures are told as Prometheus reads them", () => {
  const registry = createMetricRegistry();
  const plain = registry.counter("a_total", { help: "A." });
  const labelled = registry.counter("b_total", { help: "B.", label: "outcome" });
  const histogram = registry.histogram("c_seconds", { help: "C.", bounds: [0.1, 1] });
  registry.gauge("d", { help: "D.", label: "state", read: () => ({ live: 2, silent: 0 }) });
  registry.gauge("e", { help: "E.", read: () => 7 });
  registry.total("f_total", { help: "F.", label: "reason", read: () => ({ late: 3 }) });
  plain.add(2);
  labelled.add(1, "ok");
  labelled.add(3, "ok");
  for (const value of [0.05, 0.5, 5]) histogram.observe(value);

  expect(registry.render()).toBe(`# HELP a_total A.
# TYPE a_total counter
a_total 2
# HELP b_total B.
# TYPE b_total counter
b_total{outcome="ok"} 4
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
});
