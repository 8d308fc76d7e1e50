/** How long it takes from what somebody does until the finding of it is told, while a lot more happens. */
import { availableParallelism } from "node:os";

import { MAX_STOLEN_SHARE, measureCalmRounds, type Round } from "./finding-delay-of/calm-rounds.ts";
import type { DeedKind } from "./finding-delay-of/find-deed.ts";
import { measureDelays, type MeasuredDelays } from "./finding-delay-of/measure-delays.ts";
import { type FirstKills, measureFirstKills } from "./finding-delay-of/measure-first-kills.ts";
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

/** In milliseconds from the command's start: what the guard does by itself then takes some hundred. */
const FIRST_MOMENTS = [0, 20, 50, 100, 300];

await runBenchmark(
  {
    name: "finding-delay",
    about: "from the deed to its finding, while much else happens",
    options: {
      rounds: { default: 3, quick: 1, help: "guards, one after the other" },
      repeats: {
        default: 3,
        quick: 1,
        help: "rounds to be measured again at most, as the host took much of the processors",
      },
      seconds: { default: 8, quick: 1, help: "length of a round" },
      rate: { default: 5_000, help: "other events a second" },
      deeds: {
        default: MAX_DEEDS,
        quick: 10,
        help: `of each kind in a round, ${MAX_DEEDS} at most`,
      },
      starts: { default: 4, quick: 1, help: "guards for each of the first moments of a command" },
    },
    async run({ rounds, repeats, seconds, rate, deeds, starts }) {
      if (deeds > MAX_DEEDS) throw new Error(`--deeds takes ${MAX_DEEDS} at most`);
      // Compiles the guard's files where that was not done before, so that no deed waits for it.
      await measureDelays({ seconds: 1, rate: 100, deeds: 1 });
      const measured = await measureCalmRounds({
        rounds,
        repeats,
        measure: () => measureDelays({ seconds, rate, deeds }),
        toStolenShare,
      });
      const delays = measured
        .filter(({ isDiscarded }) => !isDiscarded)
        .flatMap((round) => round.measured.delays);
      const kinds = (["write", "claim", "reach"] as const).map((did) => ({
        what: WHAT[did],
        delays: delays.filter((one) => one.did === did),
      }));
      const first: FirstKills[] = [];
      for (const after of FIRST_MOMENTS) first.push(await measureFirstKills(after, starts));
      const done = first.reduce((sum, one) => sum + one.done, 0);
      return {
        rows: [
          ...measured.map(toRoundRow),
          ...[...kinds, { what: "all that count", delays }].map((one) => toDelayRow(one)),
          toRow(
            "until ended, in the first 0.3 s",
            done,
            first.flatMap(({ ms }) => ms),
          ),
        ],
        notes: [
          ...measured.map(
            (round, number) => `${toTitle(round, number)}: ${describe(round.measured)}`,
          ),
          describeRepeats(measured),
          "Goal: p99 of all that count within 20 ms.",
        ],
        measured: { rounds: measured.map(toFigures), measured, first },
      };
    },
  },
  process.argv.slice(2),
);

function toStolenShare({ load, guarded }: MeasuredDelays): number {
  return guarded.stolenMs / availableParallelism() / load.milliseconds;
}

function toTitle({ isDiscarded }: Round<MeasuredDelays>, number: number): string {
  return `round ${number + 1}${isDiscarded ? ", discarded" : ""}`;
}

function toRoundRow(round: Round<MeasuredDelays>, number: number): Row {
  const what = toTitle(round, number);
  return toDelayRow({ what, delays: round.measured.delays }, toPercent(round.stolenShare));
}

/** What the table shows of a round, for programs. */
function toFigures({ measured, stolenShare, isDiscarded }: Round<MeasuredDelays>) {
  const ms = measured.delays.flatMap((one) => one.ms);
  const [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1].map((share) => toQuantile(ms, share));
  return { isDiscarded, stolenShare, p50, p90, p99, max };
}

function toPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function describeRepeats(rounds: readonly Round<MeasuredDelays>[]): string {
  const most = toPercent(MAX_STOLEN_SHARE);
  const discarded = rounds.filter(({ isDiscarded }) => isDiscarded).length;
  const busy = rounds.filter(
    (one) => !one.isDiscarded && one.stolenShare > MAX_STOLEN_SHARE,
  ).length;
  return `Measured again, since the host took more than ${most} of the processors: ${discarded}; counted all the same: ${busy}`;
}

function toDelayRow(
  { what, delays }: { what: string; delays: MeasuredDelays["delays"] },
  hostTook = "",
): Row {
  const done = delays.reduce((sum, one) => sum + one.done, 0);
  return toRow(
    what,
    done,
    delays.flatMap((one) => one.ms),
    hostTook,
  );
}

function toRow(what: string, done: number, ms: readonly number[], hostTook = ""): Row {
  const quantile = (share: number): string => toQuantile(ms, share).toFixed(1);
  return {
    deed: what,
    done,
    "not told": done - ms.length,
    "p50 ms": quantile(0.5),
    "p90 ms": quantile(0.9),
    "p99 ms": quantile(0.99),
    "max ms": quantile(1),
    "host took": hostTook,
  };
}

function describe({ load, guarded }: MeasuredDelays): string {
  const { milliseconds, wakes, lateWakes, most, leftOut } = load;
  const rate = Math.round((guarded.eventsSeen / milliseconds) * 1000);
  const processor = toPercent(guarded.cpuMs / milliseconds);
  const waited = toPercent(guarded.waitedMs / milliseconds);
  return `${rate} events a second, ${guarded.eventsDropped} dropped; the guard took ${processor} of a processor, and waited for one for ${waited} of the time; the load itself was woken more than 5 ms late ${lateWakes} times of ${wakes}, made up for that with ${most} events at once at most, and left ${leftOut} out`;
}
