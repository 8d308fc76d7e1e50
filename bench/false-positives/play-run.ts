/** Plays one run of a pipeline: what its guard would tell. */
import { basename } from "node:path";

import type { Random } from "../redact/random.ts";
import type { Act, ProgramAct, RecordedAct, Step, TalkAct } from "./act.ts";
import { happens, pickFrom, spread } from "./chance.ts";
import { RUN_SERVICE } from "./hosts.ts";
import type { Leg, Pipeline } from "./pipeline.ts";
import type { Recording } from "./recording.ts";
import { RunWriter } from "./run-writer.ts";

/** What is so of this run alone. */
export interface RunMood {
  readonly kind: "usual" | "publishing" | "nightly";
  readonly isCacheMissed: boolean;
  readonly isFlaky: boolean;
  readonly isFailing: boolean;
  /** How much longer everything takes than on a usual runner. */
  readonly slowness: number;
  readonly isServiceAwake: boolean;
}

export interface RunToPlay {
  readonly pipeline: Pipeline;
  readonly leg: Leg;
  readonly mood: RunMood;
  readonly startMs: number;
  readonly ref: string;
}

/** Of bytes and times, from run to run, of the same thing. */
const SIGMA = 0.2;
const BYTES_PER_KB = 1_024;

/** Its events are not ended: an attack may follow. */
export interface PlayedRun {
  readonly writer: RunWriter;
  readonly exitCode: number;
  /** Of the last step, for who comes behind. */
  readonly shell: string;
}

export function playRun(
  run: RunToPlay,
  recordings: ReadonlyMap<string, Recording>,
  random: Random,
): PlayedRun {
  const { pipeline, leg, startMs, ref } = run;
  const { repository, job } = pipeline;
  const writer = new RunWriter(random, {
    startMs,
    repository,
    workflow: "ci.yml",
    job: pipeline.legs.length > 1 ? `${job} (${leg.name})` : job,
    ref,
    renames: [...leg.renames, ...pipeline.renames],
  });
  const player = new Player(run, recordings, random, writer);
  return player.play();
}

class Player {
  readonly #run: RunToPlay;
  readonly #recordings: ReadonlyMap<string, Recording>;
  readonly #random: Random;
  readonly #writer: RunWriter;

  constructor(
    run: RunToPlay,
    recordings: ReadonlyMap<string, Recording>,
    random: Random,
    writer: RunWriter,
  ) {
    this.#run = run;
    this.#recordings = recordings;
    this.#random = random;
    this.#writer = writer;
  }

  play(): PlayedRun {
    const { pipeline, mood } = this.#run;
    const isBuildAlone = pipeline.guarded === "build";
    const steps = pipeline.steps.filter(
      ({ when, action }) =>
        (when === undefined || when === mood.kind) && !(isBuildAlone && action !== undefined),
    );
    // What breaks is the build, and not what the runner does before it.
    const before = isBuildAlone ? 0 : 2;
    const failsAt = mood.isFailing
      ? before + this.#random.below(Math.max(1, steps.length - before))
      : -1;
    const worker = this.#begin();
    let shell = worker;
    for (const [index, step] of steps.entries()) {
      shell = this.#playStep(step, worker, index === failsAt);
      if (index === failsAt) return { writer: this.#writer, exitCode: 1, shell };
    }
    return { writer: this.#writer, exitCode: 0, shell };
  }

  /** The process below which all else is. */
  #begin(): string {
    const { guarded } = this.#run.pipeline;
    if (guarded === "build") {
      return this.#startGuarded("/usr/bin/bash", ["bash", "-e", "{work}/ci/build.sh"]);
    }
    const executable = "/home/runner/actions-runner/bin/Runner.Worker";
    const args = [executable, "spawnclient", "133", "136"];
    const worker =
      guarded === "runner"
        ? this.#startGuarded(executable, args)
        : this.#writer.start({ parent: null, executable, args, executed: false });
    this.#talk(worker, { host: RUN_SERVICE, sentKb: 60, receivedKb: 30, count: 4 });
    this.#talk(worker, { host: "results-receiver.actions.githubusercontent.com", sentKb: 200 });
    if (this.#run.pipeline.isWholeMachine) this.#wakeServices();
    return worker;
  }

  /** The guard forks, which it tells of before the fork has executed anything. */
  #startGuarded(executable: string, args: readonly string[]): string {
    const fork = { parent: null, executable: "", args: [], executed: false, folder: null };
    const process = this.#writer.start(fork);
    return this.#writer.start({ parent: null, executable, args, process });
  }

  #wakeServices(): void {
    const service = (executable: string, talks: readonly TalkAct[]): void => {
      const process = this.#writer.start({ parent: null, executable, args: [executable] });
      for (const talk of talks) this.#talk(process, talk);
    };
    service("/usr/sbin/chronyd", [{ host: "ntp.ubuntu.com", port: 123, sentKb: 1 }]);
    if (!this.#run.mood.isServiceAwake) return;
    const services: readonly [string, string][] = [
      ["/usr/lib/snapd/snapd", "api.snapcraft.io"],
      ["/usr/libexec/fwupd/fwupdmgr", "cdn.fwupd.org"],
      ["/usr/bin/curl", "motd.ubuntu.com"],
    ];
    const [program, host] = pickFrom(this.#random, services) ?? ["", ""];
    service(program, [{ host, sentKb: 2, receivedKb: 60 }]);
  }

  #playStep(step: Step, worker: string, isFailing: boolean): string {
    const { label, action } = step;
    this.#writer.step = {
      job: this.#run.pipeline.job,
      step: label,
      ...(action !== undefined && { action }),
    };
    let shell = worker;
    for (const act of step.acts) shell = this.#playAct(act, worker, isFailing);
    this.#writer.step = undefined;
    return shell;
  }

  #playAct(act: Act, parent: string, isFailing: boolean): string {
    return act.kind === "recorded"
      ? this.#playRecorded(act, parent, isFailing)
      : this.#playProgram(act, parent, isFailing);
  }

  #playProgram(act: ProgramAct, parent: string, isFailing: boolean): string {
    let process = parent;
    for (let time = 0; time < (act.times ?? 1); time += 1) {
      const { executable, script, args = [executable] } = act;
      process = this.#writer.start({ parent, executable, args, script });
      for (const path of act.writes ?? []) this.#writer.file(process, "create", path);
      for (const talk of act.talks ?? []) this.#talk(process, talk);
      for (const inner of act.starts ?? []) this.#playAct(inner, process, isFailing);
      this.#pass((act.seconds ?? 1) * 1_000);
      this.#writer.exit(process, isFailing ? 1 : 0);
    }
    return process;
  }

  #playRecorded({ name, talks = {} }: RecordedAct, parent: string, isFailing: boolean): string {
    const recording = this.#recordings.get(name);
    if (recording === undefined) throw new Error(`there is no recording "${name}"`);
    const until = isFailing ? recording.lastedMs * (0.2 + this.#random.below(7) / 10) : Infinity;
    const ids = new Map<number, string>();
    const asked = new Set<string>();
    let last = 0;
    const forward = (atMs: number): void => {
      this.#pass(Math.max(0, atMs - last));
      last = Math.max(last, atMs);
    };
    for (const { atMs, play } of inOrder(recording)) {
      if (atMs > until) break;
      forward(atMs);
      play({
        process: (started) => {
          const process = ids.get(started.process);
          const id = this.#writer.start({
            parent: started.parent === null ? parent : (ids.get(started.parent) ?? parent),
            executable: started.executable,
            args: started.args,
            executed: started.executed,
            script: started.script,
            folder: started.folder,
            ...(process !== undefined && { process }),
          });
          ids.set(started.process, id);
          const tool = basename(started.executable);
          if (!started.executed || asked.has(tool)) return;
          asked.add(tool);
          for (const talk of talks[tool] ?? []) this.#talk(id, talk);
        },
        connection: (made) => {
          const { bytesSent, bytesReceived, transport, count, port = 0 } = made;
          const process = ids.get(made.process) ?? parent;
          const factor = this.#run.pipeline.size * spread(this.#random, SIGMA);
          this.#writer.talk({
            process,
            host: made.to,
            port,
            transport,
            count,
            isAddress: made.to === "127.0.0.1",
            bytesSent: bytesSent * factor,
            bytesReceived: bytesReceived * factor,
          });
        },
        file: ({ process, operation, path }) =>
          this.#writer.file(ids.get(process) ?? parent, operation, path),
      });
    }
    forward(Math.min(until, recording.lastedMs));
    return parent;
  }

  #talk(process: string, talk: TalkAct): void {
    const { mood, pipeline } = this.#run;
    if (talk.when === "cache-missed" && !mood.isCacheMissed) return;
    if (talk.when === "cache-hit" && mood.isCacheMissed) return;
    const { count = 1, port = 443, sentKb = 1, receivedKb = 1 } = talk;
    const host =
      typeof talk.host === "string" ? talk.host : (pickFrom(this.#random, talk.host.hosts) ?? "");
    const factor = pipeline.size * BYTES_PER_KB * spread(this.#random, SIGMA);
    const sent = { bytesSent: sentKb * factor, bytesReceived: receivedKb * factor };
    const transport = port === 123 ? ("udp" as const) : ("tcp" as const);
    if (mood.isFlaky && happens(this.#random, 0.5)) {
      this.#writer.talk({
        process,
        host,
        port,
        count: 3,
        bytesSent: 0,
        bytesReceived: 0,
        failed: true,
      });
      this.#pass(20_000);
      const other = FALLBACKS.get(host);
      if (other !== undefined)
        this.#writer.talk({ process, host: other, port, transport, ...sent });
    }
    this.#writer.talk({ process, host, port, transport, count, ...sent });
  }

  #pass(ms: number): void {
    this.#writer.pass(ms * this.#run.mood.slowness * spread(this.#random, SIGMA));
  }
}

/** Who is asked when the first does not answer. */
const FALLBACKS: ReadonlyMap<string, string> = new Map([
  ["azure.archive.ubuntu.com", "archive.ubuntu.com"],
  ["repo.maven.apache.org", "repo1.maven.org"],
  ["registry-1.docker.io", "mirror.gcr.io"],
  ["proxy.golang.org", "github.com"],
]);

interface Told {
  readonly process: (started: Recording["processes"][number]) => void;
  readonly connection: (made: Recording["connections"][number]) => void;
  readonly file: (written: Recording["files"][number]) => void;
}

interface Moment {
  readonly atMs: number;
  readonly play: (told: Told) => void;
}

const ordered = new WeakMap<Recording, readonly Moment[]>();

function inOrder(recording: Recording): readonly Moment[] {
  const known = ordered.get(recording);
  if (known !== undefined) return known;
  const { processes, connections, files } = recording;
  const moments: Moment[] = [
    ...processes.map((one) => ({ atMs: one.atMs, play: (told: Told) => told.process(one) })),
    ...connections.map((one) => ({ atMs: one.atMs, play: (told: Told) => told.connection(one) })),
    ...files.map((one) => ({ atMs: one.atMs, play: (told: Told) => told.file(one) })),
  ].toSorted((one, other) => one.atMs - other.atMs);
  ordered.set(recording, moments);
  return moments;
}
