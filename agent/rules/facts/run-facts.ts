/** All that rules may ask: who started whom, what the run wrote, who talks to whom, and where things are. */
import type { Verdict } from "../../../protocol/index.ts";
import type { FlowAddress, Microseconds, Observation } from "../../observation.ts";
import { POOL_PORTS } from "../data/mining.ts";
import { isDescendantOf } from "./actor.ts";
import { type Actors, type ActorsOptions, createActors } from "./actors.ts";
import { type BusyProcesses, createBusyProcesses } from "./busy-processes.ts";
import { type Connected, createConnected } from "./connected.ts";
import { type Connections, createConnections } from "./connections.ts";
import { createDnsNames, type DnsNames } from "./dns-names.ts";
import { withoutFalseExcuses } from "./excuses.ts";
import { createFetches, type Fetches } from "./fetches.ts";
import { rememberLastJudgement } from "./last-judgement.ts";
import type { LiveProcesses } from "./live-processes.ts";
import { createOpenShells, type OpenShells } from "./open-shells.ts";
import { createOrphans, type Orphans } from "./orphans.ts";
import { createPipes, type Pipes } from "./pipes.ts";
import { toProgramFacts } from "./program-facts.ts";
import { isPublicAddress } from "./public-address.ts";
import { createSourceChanges, type SourceChanges } from "./source-changes.ts";
import { createStartupFiles, type StartupFiles } from "./startup-files.ts";
import { createTruePaths, type TruePaths } from "./true-paths.ts";
import { createWasThere, type WasThereOptions } from "./was-there.ts";
import { createWrittenFiles, type WrittenFiles } from "./written-files.ts";

export interface Judgement {
  readonly verdict: Verdict;
  /** The line of policy that decided; `default`, `loopback` and so on where none did. */
  readonly rule: string;
  /** The name that the run asked DNS for to get the address, where one did. */
  readonly domain?: string | undefined;
}

export interface Network {
  readonly judge: (address: FlowAddress, at: Microseconds | "begun") => Judgement;
  /** What policy says of a name, in the canonical spelling, whether or not anybody asked for it. */
  readonly judgeName: (name: string) => Judgement;
  /** Whether questions for names pass the guard: only then does the lack of a name say something. */
  readonly knowsNames: boolean;
  /** Whether an address is a resolver that the run is meant to ask. */
  readonly isResolver: (ip: string) => boolean;
}

/** A file of the guard's, or a folder with all that is in it. */
export interface OwnPlace {
  readonly path: string;
  /** As in: this file is `the guard's policy`. */
  readonly what: string;
  /** A file that may come with the checkout, so that version control changes it as its job. */
  readonly isOfCheckout?: boolean;
  /** Tools keep caches in it, in folders that begin with a dot: nothing of the guard. */
  readonly hasCaches?: boolean;
}

/** Of the job, as given or as the CI system's variables say. Absolute, without links, and without a slash at the end. */
export interface Place {
  /** The checkout: GITHUB_WORKSPACE and the like, else where the command was started. */
  readonly workspace: string;
  readonly home: string | undefined;
  /** Of the cluster whose pod this is. */
  readonly clusterApi?: { readonly ip: string; readonly port: number } | undefined;
  readonly guardPid: number;
  readonly scope: "command" | "pod" | "host";
  /** What no job has to change. Absent: the guard has nothing of its own. */
  readonly own?: readonly OwnPlace[] | undefined;
}

export interface RunFacts {
  readonly actors: Pick<Actors, "find" | "withPid" | "lastWithPid" | "living">;
  readonly pipes: Pick<Pipes, "writersOf" | "readersOf">;
  readonly connections: Pick<Connections, "openOf" | "hasBegunAny">;
  readonly fetches: Pick<Fetches, "of">;
  readonly connected: Pick<Connected, "reachOf">;
  readonly openShells: Pick<OpenShells, "living">;
  readonly orphans: Pick<Orphans, "ripe">;
  /** Left behind by a step, or talking to a port of mining pools. */
  readonly busy: Pick<BusyProcesses, "ripe">;
  readonly files: Pick<WrittenFiles, "find">;
  readonly truePaths: Pick<TruePaths, "of">;
  readonly sources: Pick<SourceChanges, "of" | "takeRestored">;
  readonly startupFiles: Omit<StartupFiles, "note">;
  readonly dnsNames: Pick<DnsNames, "of">;
  readonly network: Network;
  readonly place: Place;
  /** What no event tells, read from /proc at that moment. */
  readonly live: LiveProcesses;
}

export interface KeptFacts extends RunFacts {
  /** To be called before rules look at the observation. */
  note(observation: Observation): void;
  /** To be called after they did. */
  noteAfter(observation: Observation): void;
  /** To be called before rules review. */
  noteReview(at: Microseconds, occasion: "second" | "end"): void;
}

export type FactsOptions = Pick<ActorsOptions, "toId" | "stepOf"> &
  Pick<RunFacts, "network" | "place" | "live"> &
  Pick<WasThereOptions, "begunAtMs">;

/** Half as many as the process tree holds: a rule that forgets is weaker, not wrong. */
const MAX_ACTORS = 16_384;
const MAX_PIPES = 4_096;
const MAX_CONNECTED = 1_024;
const MAX_FETCHING_SHELLS = 256;
const MAX_OPEN_SHELLS = 64;
const MAX_ORPHANS = 1_024;
const MAX_BUSY = 1_024;
/** In a review, of some 20 µs each. */
const BUSY_LOOKS = 64;
/** Linkers and compressors take as long, and no pool is theirs. */
const BUSY_WINDOW_US = 10_000_000;
/** A checkout with its dependencies has more; what counts was written a short while ago. */
const MAX_FILES = 32_768;
const MAX_DOMAINS = 512;
/** pnpm makes some thousands; each is an entry. */
const MAX_LINKS = 8_192;
const MAX_STARTUP_FILES = 64;
/** Each is read again when a build begins. */
const MAX_CHANGED_SOURCES = 256;

export function createRunFacts(options: FactsOptions): KeptFacts {
  const { toId, stepOf, network, place, live, begunAtMs } = options;
  const files = createWrittenFiles({ maxFiles: MAX_FILES });
  const openAsGuard = (path: string) => live.file(place.guardPid, path);
  const wasThere = createWasThere({
    open: openAsGuard,
    // A command of the guard's own shares its mounts; one that leaves them is not to be excused for it.
    hasOwnMounts: (pid) => place.scope !== "command" && live.hasOtherMounts(pid, place.guardPid),
    begunAtMs,
  });
  const connected = createConnected();
  const pipes = createPipes({ maxPipes: MAX_PIPES });
  const fetches = createFetches({ maxShells: MAX_FETCHING_SHELLS });
  const actors = createActors({
    maxActors: MAX_ACTORS,
    toId,
    stepOf,
    toProgram: (seen) =>
      withoutFalseExcuses(toProgramFacts(seen), {
        place,
        files,
        connected,
        pipes,
        fetches,
        wasThere: (path) => wasThere(path, seen),
      }),
  });
  const connections = createConnections({ maxProcesses: MAX_CONNECTED });
  const openShells = createOpenShells({ maxShells: MAX_OPEN_SHELLS });
  const orphans = createOrphans({
    maxOrphans: MAX_ORPHANS,
    hasCommand: place.scope === "command",
  });
  const busy = createBusyProcesses({
    live,
    windowUs: BUSY_WINDOW_US,
    maxProcesses: MAX_BUSY,
    looksAReview: BUSY_LOOKS,
  });
  const truePaths = createTruePaths({ maxLinks: MAX_LINKS, live });
  const sources = createSourceChanges({
    workspace: place.workspace,
    open: openAsGuard,
    maxFiles: MAX_CHANGED_SOURCES,
  });
  const startupFiles = createStartupFiles({
    home: place.home,
    live,
    openAsGuard,
    maxFiles: MAX_STARTUP_FILES,
  });
  const dnsNames = createDnsNames({ maxDomains: MAX_DOMAINS });
  return {
    actors,
    dnsNames,
    pipes,
    connections,
    fetches,
    connected,
    openShells,
    orphans,
    busy,
    files,
    truePaths,
    sources,
    startupFiles,
    network: { ...network, judge: rememberLastJudgement(network.judge) },
    place,
    live,
    note(observation) {
      if (observation.kind === "fork") actors.fork(observation);
      if (observation.kind === "dns-query") dnsNames.note(observation);
      if (observation.kind === "connect" || observation.kind === "flow") {
        const actor = actors.find(observation.process, observation.at);
        connections.note(observation, actor);
        if (observation.kind === "connect") {
          connected.note(observation, actor);
          const { ip = "", port = 0, transport } = observation.address;
          if (transport === "tcp" && POOL_PORTS.has(port) && isPublicAddress(ip)) {
            busy.watch({ actor, where: `${ip}:${port}` });
          }
        }
      }
      if (observation.kind === "file") {
        const actor = actors.find(observation.process, observation.at);
        const path = truePaths.of(observation, actor);
        startupFiles.note(path, actor);
        sources.note(observation, path, actor);
      }
      if (observation.kind !== "exec") return;
      actors.exec(observation);
      const actor = actors.find(observation.process, observation.at);
      pipes.note(actor);
      sources.noteExec(actor);
      fetches.note(actor);
      openShells.note(actor);
      orphans.noteExec(actor);
    },
    noteAfter(observation) {
      if (observation.kind === "exit") {
        const actor = actors.find(observation.process, observation.at);
        actors.exit(observation);
        orphans.noteExit(actor, () => actors.living());
      }
      // Not before: rules see what the file was until then.
      if (observation.kind !== "file") return;
      const actor = actors.find(observation.process, observation.at);
      const path = truePaths.of(observation, actor);
      files.note(path === observation.path ? observation : { ...observation, path }, actor);
      truePaths.note(observation);
    },
    noteReview(at, occasion) {
      orphans.noteReview(at, occasion);
      for (const orphan of orphans.ripe) {
        for (const actor of actors.living()) {
          const isLeft = actor === orphan.actor || isDescendantOf(actor, orphan.actor);
          if (isLeft) busy.watch({ actor, where: undefined });
        }
      }
      busy.noteReview(at);
    },
  };
}
