/**
 * Places to guard and a far end, out of network namespaces: packets cross a pair of devices, never loopback. The far end has
 * every address there is, and what a benchmark starts in it serves them.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RESOLVER, toAttachment } from "../../test/support/internet/addresses.ts";
import { createNamePrefix } from "../../test/support/internet/namespace-name.ts";
import { createNetworkNamespace } from "../../test/support/internet/network-namespace.ts";
import { createPlace, type Place } from "../../test/support/internet/place.ts";
import { sweepLeftOvers } from "../../test/support/internet/sweep.ts";
import { attach } from "../../test/support/internet/world-network.ts";
import { buildGenerator } from "./build-generator.ts";
import { type Driven, drive } from "./drive.ts";

export interface BenchPlace extends Place {
  /** The far end's device to this place. */
  readonly wire: string;
  /** Another address on the same link. */
  readonly neighbour: string;
}

export interface BenchNetwork extends AsyncDisposable {
  readonly folder: string;
  /** Each has a wire of its own; all have the same resolver. */
  place(): Promise<BenchPlace>;
  /** Starts a program at the far end; it is ended with the network, or when it is disposed of. */
  serve(argv: readonly string[]): Promise<Driven>;
  /** The same of one that says nothing when it is ready. */
  start(argv: readonly string[]): ChildProcess;
}

export async function createBenchNetwork(): Promise<BenchNetwork> {
  await sweepLeftOvers();
  await using built = new AsyncDisposableStack();
  const prefix = createNamePrefix();
  const folder = join(tmpdir(), `${prefix}-files`);
  mkdirSync(folder);
  built.defer(() => rmSync(folder, { recursive: true, force: true }));
  const far = await createNetworkNamespace(`${prefix}-far`);
  built.defer(async () => far.remove());
  await far.configure([
    "link set lo up",
    "route add local 0.0.0.0/0 dev lo table main",
    "route add local ::/0 dev lo table main",
  ]);
  const start: BenchNetwork["start"] = (argv) =>
    spawn("nsenter", [`--net=${far.path}`, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
  let places = 0;
  const parts = built.move();
  return {
    folder,
    start,
    async place() {
      places += 1;
      const attachment = toAttachment("pod", places);
      const place = await createPlace({
        name: `place-${places}`,
        namespaceName: `${prefix}-place-${places}`,
        folder: join(folder, `place-${places}`),
        caFile: "",
        addresses: attachment.own,
        options: {},
        defaultResolver: [RESOLVER.ipv4],
        connect: (namespace) => attach(far, namespace, attachment),
      });
      parts.use(place);
      return { ...place, wire: attachment.device, neighbour: attachment.neighbour.ipv4 };
    },
    async serve(argv) {
      const driven = drive(start(argv));
      await driven.nextLine();
      return parts.use(driven);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** The address that every place has in its resolv.conf. */
export const BENCH_RESOLVER = RESOLVER.ipv4;

/** A resolver that knows every name of bench.test by itself. */
export async function serveNames(
  network: BenchNetwork,
  [ip, port]: readonly [string, number] = [BENCH_RESOLVER, 53],
): Promise<Driven> {
  return network.serve([buildGenerator("answer-dns"), ip, String(port)]);
}

/** For programs that do not say when they are ready: until one question to the resolver was answered. */
export async function waitForResolver(place: Place): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const driven = drive(place.start([buildGenerator("ask-names"), BENCH_RESOLVER]));
    const answer = await driven.ask(`ready 1 1 1`);
    await driven[Symbol.asyncDispose]();
    if (!answer.startsWith("-1")) return;
    await once(AbortSignal.timeout(100), "abort");
  }
  throw new Error("the resolver does not answer");
}
