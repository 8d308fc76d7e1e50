/** What a step does, as data, so that a change of the pipeline is a change of the data. */
export type Act = ProgramAct | RecordedAct;

export interface ProgramAct {
  readonly kind: "program";
  readonly executable: string;
  readonly args?: readonly string[];
  readonly script?: string;
  readonly seconds?: number;
  readonly talks?: readonly TalkAct[];
  readonly writes?: readonly string[];
  readonly starts?: readonly Act[];
  /** How often it is started, one after the other. */
  readonly times?: number;
}

export interface RecordedAct {
  readonly kind: "recorded";
  readonly name: string;
  /** What its tool downloads, where it was recorded without the network: by the last part of the program's path. */
  readonly talks?: Readonly<Record<string, readonly TalkAct[]>>;
}

export interface TalkAct {
  readonly host: string | HostPool;
  readonly port?: number;
  readonly sentKb?: number;
  readonly receivedKb?: number;
  readonly count?: number;
  /** Whether it depends on the cache. Always, where nothing is said. */
  readonly when?: "cache-missed" | "cache-hit";
}

/** Each run, or each connection, takes another one of them. */
export interface HostPool {
  readonly hosts: readonly string[];
}

export interface Step {
  /** GITHUB_ACTION, or its number. */
  readonly label: string;
  readonly action?: string;
  readonly acts: readonly Act[];
  /** In runs of this kind alone. */
  readonly when?: "publishing" | "nightly";
  /** The change that brought it. */
  readonly since?: ChangeKind;
}

export const CHANGE_KINDS = [
  "package release",
  "new dependency",
  "new dependency with a script",
  "cache missed",
  "flaky network",
  "failed build",
  "slow runner",
  "runner image",
  "next distribution",
  "toolchain",
  "build by another tool",
  "matrix leg",
  "workflow: step added",
  "workflow: service added",
  "publishing run",
  "nightly run",
  "mirrors of other owners",
  "service of the machine",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
