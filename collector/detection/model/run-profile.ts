/** What a run does, folded from its events one by one: bounded, and the same whichever way they were cut into batches. */
import type { GuardEvent, GuardEventOf } from "../../../protocol/index.ts";
import type { Feature } from "./feature.ts";
import { toFeatureKey } from "./feature.ts";
import { toFileClass } from "./place.ts";
import { PROFILE_BOUNDS, type ProfileBounds } from "./profile-bounds.ts";
import { createSeenDestinations, type SeenDestinations } from "./seen-destinations.ts";
import { createSeenProcesses } from "./seen-processes.ts";
import { createSeenSignals, type SeenSignals } from "./seen-signals.ts";
import { createTally, type Tally } from "./tally.ts";
import type { Volumes } from "./volumes.ts";
import { createWrittenFiles } from "./written-files.ts";

export interface SeenFeature {
  readonly feature: Feature;
  /** Where it was seen first; empty: no step is known. */
  readonly step: string;
}

export interface RunProfile {
  readonly features: ReadonlyMap<string, SeenFeature>;
  /** Of features that are names, by their keys: how each was in full; null: in more than one way. */
  readonly literals: SeenDestinations["literals"];
  readonly destinations: Pick<SeenDestinations, "groups" | "domains" | "addresses">;
  readonly signals: Pick<SeenSignals, "findings" | "secrets">;
  readonly steps: Tally["steps"];
  /** Features, processes and the like for which there was no room. */
  readonly leftOut: number;
  /** It began and ended, and nothing of it is missing. */
  readonly isWhole: boolean;
  /** Rises whenever a judgement may turn out another way, but for one of the time that it takes. */
  readonly revision: number;
  /** Entries of all that it holds: 100 to 470 bytes each, measured with what is longest of each kind. */
  readonly weight: number;
  add(event: GuardEvent): void;
  /** Those that are new since the last call. */
  takeNew(): readonly Feature[];
  /** `now` in milliseconds since 1970, of a run that goes on. */
  volumes(now?: number): Volumes;
}

type Started = GuardEventOf<"process-started">;
type Written = GuardEventOf<"file-written">;

export function createRunProfile(given: Partial<ProfileBounds> = {}): RunProfile {
  const bounds = { ...PROFILE_BOUNDS, ...given };
  const processes = createSeenProcesses(bounds.maxProcesses);
  const written = createWrittenFiles(bounds.maxFiles);
  const tally = createTally(bounds.maxSteps);
  const features = new Map<string, SeenFeature>();
  const counts = new Map<Feature["kind"], number>();
  let fresh: Feature[] = [];
  let leftOut = 0;
  let revision = 0;

  /** Gives back whether there was room. */
  const note = (feature: Feature, step: string): boolean => {
    const key = toFeatureKey(feature);
    if (features.has(key)) return true;
    const count = counts.get(feature.kind) ?? 0;
    if (count >= bounds.maxFeatures) {
      leftOut += 1;
      return false;
    }
    counts.set(feature.kind, count + 1);
    features.set(key, { feature, step });
    fresh.push(feature);
    revision += 1;
    return true;
  };
  const destinations = createSeenDestinations(bounds, note);
  const signals = createSeenSignals(bounds.maxFindings, note);

  const addStarted = (event: Started): void => {
    const { parent, program, step } = processes.start(event, (path) => written.has(path));
    if (!event.executed) return;
    tally.add("processes", 1, step);
    if (parent !== undefined) note({ kind: "process", parent, program: program.name }, step);
  };
  const addWritten = ({ path, operation, process }: Written): void => {
    if (operation === "delete" || operation === "chmod") return;
    written.add(path);
    const place = toFileClass(path, processes.workspace);
    if (place === undefined) return;
    const step = processes.find(process)?.step ?? "";
    tally.add("files", 1, step);
    note({ kind: "file", place }, step);
  };
  return {
    features,
    literals: destinations.literals,
    destinations,
    signals,
    get steps() {
      return tally.steps;
    },
    get leftOut() {
      return leftOut + destinations.leftOut + signals.leftOut + tally.leftOut;
    },
    get isWhole() {
      return tally.isWhole && this.leftOut === 0;
    },
    get revision() {
      return revision + tally.revision + destinations.revision + signals.revision;
    },
    get weight() {
      return features.size + processes.size + written.size + destinations.size + signals.size;
    },
    add(event) {
      tally.see(event);
      switch (event.kind) {
        case "process-started":
          addStarted(event);
          break;
        case "connection":
          destinations.addConnection(event, processes.find(event.process), tally);
          break;
        case "dns-query":
          destinations.addQuery(event, processes.find(event.process));
          break;
        case "file-written":
          addWritten(event);
          break;
        case "finding":
          tally.add("findings", 1, "");
          signals.addFinding(event, processes.find(event.process));
          break;
        case "secret-found":
          signals.addSecret(event);
          break;
        case "guard-started":
        case "guard-stopped":
        case "heartbeat":
        case "events-dropped":
        case "process-exited":
        case "file-read":
        case "memory-access":
        case "privileged-operation":
        case "resource-sample":
        case "posture":
      }
    },
    takeNew() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    volumes: (now) => tally.volumes(now),
  };
}
