/** The same client in two places, one of them guarded, and what they measure by turns. */
import { BENCH_RESOLVER, type BenchNetwork } from "../harness/bench-network.ts";
import { describeBlock, type GuardedProgram, startGuarded } from "../harness/block-mode.ts";
import { buildGenerator } from "../harness/build-generator.ts";
import { type Driven, drive, parseNumbers } from "../harness/drive.ts";
import { toQuantile } from "../harness/statistics.ts";
import type { FlowSamples } from "./flow-rows.ts";

export interface FlowPair extends AsyncDisposable {
  readonly bare: Driven;
  readonly guarded: GuardedProgram;
  /** Ends both, and says what was in force. */
  finish(): Promise<string>;
}

export interface FlowTurns {
  readonly pairs: number;
  readonly milliseconds: number;
  readonly requests: number;
}

const SERVER = "s10.bench.test";

export async function startFlowPair(
  network: BenchNetwork,
  allow: readonly string[],
): Promise<FlowPair> {
  const client = [buildGenerator("drive-streams"), BENCH_RESOLVER, SERVER];
  const [barePlace, guardedPlace] = [await network.place(), await network.place()];
  await using stack = new AsyncDisposableStack();
  const bare = stack.use(drive(barePlace.start(client)));
  const guarded = stack.use(startGuarded(guardedPlace, client, { allow }));
  // Both stand, and the first connection, which finds out about the path, is behind them.
  await bare.ask("connect 20");
  await guarded.ask("connect 20");
  const standing = stack.move();
  return {
    bare,
    guarded,
    async finish() {
      await bare.end();
      await guarded.end();
      return describeBlock(guarded.report());
    },
    [Symbol.asyncDispose]: () => standing.disposeAsync(),
  };
}

/** Every other pair in the other order, so that what the machine does meanwhile weighs on both alike. */
export async function measureFlows(
  { bare, guarded }: FlowPair,
  { pairs, milliseconds, requests }: FlowTurns,
): Promise<FlowSamples> {
  const samples: FlowSamples = {
    up: [],
    down: [],
    "request p50": [],
    "request p99": [],
    "connect p50": [],
    "connect p99": [],
    connections: [],
  };
  for (let number = 0; number < pairs; number += 1) {
    const isBareFirst = number % 2 === 0;
    const turn = async (measure: (client: Driven) => Promise<Record<string, number>>) => {
      const first = await measure(isBareFirst ? bare : guarded);
      const second = await measure(isBareFirst ? guarded : bare);
      const [without, withGuard] = isBareFirst ? [first, second] : [second, first];
      for (const [what, value] of Object.entries(without)) {
        samples[what]?.push({ bare: value, guarded: withGuard[what] ?? Number.NaN });
      }
    };
    await turn(async (client) => ({ up: toRate(await client.ask(`up ${milliseconds}`)) }));
    await turn(async (client) => ({ down: toRate(await client.ask(`down ${milliseconds}`)) }));
    await turn(async (client) => toTimes("request", await client.ask(`ask ${requests}`)));
    await turn(async (client) => toConnects(await client.ask(`connect ${requests}`)));
  }
  return samples;
}

/** Bytes and nanoseconds to MiB a second. */
function toRate(line: string): number {
  const [bytes = Number.NaN, nanoseconds = Number.NaN] = parseNumbers(line);
  return bytes / 2 ** 20 / (nanoseconds / 1e9);
}

function toTimes(what: string, line: string): Record<string, number> {
  const nanoseconds = parseNumbers(line);
  return {
    [`${what} p50`]: toQuantile(nanoseconds, 0.5) / 1e3,
    [`${what} p99`]: toQuantile(nanoseconds, 0.99) / 1e3,
  };
}

function toConnects(line: string): Record<string, number> {
  const nanoseconds = parseNumbers(line);
  const total = nanoseconds.reduce((sum, time) => sum + time, 0);
  return { ...toTimes("connect", line), connections: nanoseconds.length / (total / 1e9) };
}
