import { dirname } from "node:path";

import { parseMembers } from "../parse-members.ts";
import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, listBounded, readBounded } from "../read-bounded.ts";

const MAX_ENTRIES = 1_000;
/** What the runner itself keeps in its work folder (Constants.Path of the runner's source). */
const OWN_FOLDERS = new Set(["_actions", "_temp", "_tool", "_PipelineMapping", "_update", "_diag"]);

/** The GitHub runner that this job belongs to, by its files. */
export interface RunnerHome {
  readonly path: string;
  /** Undefined: `.runner` does not say, as older ones do not. */
  readonly isEphemeral: boolean | undefined;
  readonly version: string | undefined;
  /** One log for each job that it has run, this one included. Undefined: not ours to read. */
  readonly jobsRun: number | undefined;
  /** Folders of repositories other than this job's. */
  readonly otherCheckouts: readonly string[];
}

/** Looks upwards from the job's workspace: the work folder lies in the runner's own, unless somebody moved it. */
export function readRunnerHome(places: PosturePlaces): RunnerHome | undefined {
  const { environment } = places;
  const start = environment["RUNNER_WORKSPACE"] ?? environment["GITHUB_WORKSPACE"];
  const home = start === undefined ? undefined : findHome(places, start);
  if (home === undefined) return undefined;
  const logs = listBounded(places, `${home}/_diag`, MAX_ENTRIES);
  return {
    path: home,
    isEphemeral: readEphemeral(places, home),
    version: readVersion(places, home),
    jobsRun: logs?.filter((name) => /^Worker_.*\.log$/.test(name)).length,
    otherCheckouts: findOtherCheckouts(places, environment["RUNNER_WORKSPACE"]),
  };
}

const MAX_DEPTH = 8;

function findHome(places: PosturePlaces, start: string): string | undefined {
  let folder = start;
  for (let depth = 0; depth < MAX_DEPTH && folder !== dirname(folder); depth++) {
    folder = dirname(folder);
    if (isAccessible(places, `${folder}/.runner`)) return folder;
  }
  return undefined;
}

function readEphemeral(places: PosturePlaces, home: string): boolean | undefined {
  const text = readBounded(places, `${home}/.runner`);
  // The runner writes it with a byte order mark.
  const settings = parseMembers(text?.replace(/^\uFEFF/, "") ?? "");
  if (settings === undefined) return undefined;
  // A runner that is not ephemeral leaves the member out or says false, by its age.
  const isEphemeral = settings.get("ephemeral") ?? settings.get("Ephemeral") ?? false;
  return typeof isEphemeral === "boolean" ? isEphemeral : undefined;
}

function readVersion(places: PosturePlaces, home: string): string | undefined {
  const text = readBounded(places, `${home}/bin/Runner.Listener.deps.json`) ?? "";
  return /"Runner\.Listener\/(\d{1,4}\.\d{1,5}\.\d{1,5})"/.exec(text)?.[1];
}

function findOtherCheckouts(places: PosturePlaces, workspace: string | undefined): string[] {
  if (workspace === undefined) return [];
  const work = dirname(workspace);
  return (listBounded(places, work, MAX_ENTRIES) ?? [])
    .filter((name) => !OWN_FOLDERS.has(name) && `${work}/${name}` !== workspace)
    .map((name) => `${work}/${name}`);
}
