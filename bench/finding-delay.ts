/** How long it takes from what somebody does until the finding of it is told, while a lot more happens. */
import type { DeedKind } from "./finding-delay-of/find-deed.ts";
import { measureDelays, type MeasuredDelays } from "./finding-delay-of/measure-delays.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { toQuantile } from "./harness/statistics.ts";
import type { Row } from "./harness/table.ts";

/** A rule tells a hundred different findings, and counts the rest. */
const MAX_DEEDS = 90;
const WHAT: Readonly<Record<DeedKind, string>> = {
  write: "workflow written",
  claim: "program under another's name",
  reach: "metadata service reached for",
};

await runBenchmark(
  {
    name: "finding-delay",
    about: "from the deed to its finding, while much else happens",
    options: {
      rounds: { default: 3, quick: 1, help: "guards, one after the other" },
      seconds: { default: 8, quick: 1, help: "length of a round" },
      rate: { default: 5_000, help: "other events a second" },
      deeds: {
        default: MAX_DEEDS,
        quick: 10,
        help: `of each kind in a round, ${MAX_DEEDS} at most`,
      },
    },
    async run({ rounds, seconds, rate, deeds }) {
      if (deeds > MAX_DEEDS) throw new Error(`--deeds takes ${MAX_DEEDS} at most`);
      // Compiles the guard's files where that was not done before, so that no deed waits for it.
      await measureDelays({ seconds: 1, rate: 100, deeds: 1 });
      const measured: MeasuredDelays[] = [];
      for (let round = 0; round < rounds; round += 1) {
        measured.push(await measureDelays({ seconds, rate, deeds }));
      }
      const delays = measured.flatMap((one) => one.delays);
      const kinds = (["write", "claim", "reach"] as const).map((did) => ({
        what: WHAT[did],
        delays: delays.filter((one) => one.did === did),
      }));
      return {
        rows: [...kinds, { what: "all", delays }].map(toRow),
        notes: [...measured.map(describe), "Goal: p99 of all within 20 ms."],
        measured,
      };
    },
  },
  process.argv.slice(2),
);

function toRow({ what, delays }: { what: string; delays: MeasuredDelays["delays"] }): Row {
  const ms = delays.flatMap((one) => one.ms);
  const done = delays.reduce((sum, one) => sum + one.done, 0);
  const quantile = (share: number): string => toQuantile(ms, share).toFixed(1);
  return {
    deed: what,
    done,
    "not told": done - ms.length,
    "p50 ms": quantile(0.5),
    "p90 ms": quantile(0.9),
    "p99 ms": quantile(0.99),
    "max ms": quantile(1),
  };
}

function describe({ load, guarded }: MeasuredDelays): string {
  const { milliseconds, wakes, lateWakes } = load;
  const rate = Math.round((guarded.eventsSeen / milliseconds) * 1000);
  const processor = ((guarded.cpuMs / milliseconds) * 100).toFixed(0);
  const waited = ((guarded.waitedMs / milliseconds) * 100).toFixed(0);
  return `${rate} events a second, ${guarded.eventsDropped} dropped; the guard took ${processor} % of a processor, and waited for one for ${waited} % of the time; the load itself was woken more than 5 ms late ${lateWakes} times of ${wakes}`;
}
