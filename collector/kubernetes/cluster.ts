/** One cluster, as far as the collector looks at it and acts in it. Nothing here rejects: what goes wrong is an answer. */

export interface Cluster {
  getPod(pod: ObjectId, options?: AskOptions): Promise<Got<Pod>>;
  /** Of a pod that has a node the object stays until the containers have ended, but for a grace of 0. */
  deletePod(pod: ObjectId & Grace, options?: AskOptions): Promise<PodDeletion>;
  /** Adds labels to those it has. */
  labelPod(pod: ObjectId & Labels, options?: AskOptions): Promise<Deed>;
  /** Under whichever uid: it is asked for by its name alone. */
  getNetworkPolicy(policy: ObjectName, options?: AskOptions): Promise<Got<NetworkPolicy>>;
  getEphemeralRunner(runner: ObjectId, options?: AskOptions): Promise<Got<EphemeralRunner>>;
  deleteEphemeralRunner(runner: ObjectId, options?: AskOptions): Promise<Deed>;
  /** Whose this token is, if it is for this audience. */
  reviewToken(token: string, audience: string): Promise<Reviewed>;
}

export interface AskOptions {
  /** Aborted: whoever asks does not wait any more. What was sent may have been done. */
  readonly signal?: AbortSignal;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** A name is given anew to the next object; its uid never is. */
export interface ObjectId extends ObjectName {
  readonly uid: string;
}

export interface Grace {
  readonly graceSeconds: number;
}

export interface Labels {
  readonly labels: Readonly<Record<string, string>>;
}

/** What was to be done is done, or cannot be done any more. */
export type Deed = { readonly status: "done" } | Conflict | Absent | Trouble;

/** With the pod as it was, where the server shows it. */
export type PodDeletion =
  | { readonly status: "done"; readonly pod: Pod | undefined }
  | Exclude<Deed, { readonly status: "done" }>;

export type Got<Value> = { readonly status: "found"; readonly value: Value } | Absent | Trouble;

export type Absent =
  | { readonly status: "gone" }
  /** Something else has its name now. */
  | { readonly status: "other-uid"; readonly uid: string };

/** It is there still, and somebody else was quicker to change it: to be tried again. */
export interface Conflict {
  readonly status: "conflict";
  readonly message: string;
}

export type Trouble =
  /** The collector's own token is not good, or may not do this. */
  | { readonly status: "forbidden"; readonly message: string }
  /** It would say the same of the same request again. */
  | { readonly status: "rejected"; readonly message: string }
  /** It cannot be asked, or has too much to do. */
  | {
      readonly status: "retryable";
      readonly reason: string;
      /** 0: nobody says how long to wait. */
      readonly retryAfterMs: number;
    };

export interface Pod extends ObjectId {
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  /** It was deleted, and its containers have not ended yet, or somebody's finalizer keeps it. */
  readonly isEnding: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Whoever may make pods can name anything here. */
  readonly owners: readonly Owner[];
}

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly isController: boolean;
}

export interface NetworkPolicy extends ObjectId {
  /** It lets nothing in and nothing out. */
  readonly isDenyAll: boolean;
  /** That a pod has which it is for, all of them. */
  readonly labels: Readonly<Record<string, string>>;
  /** A pod has to have, or to lack, more than these labels. */
  readonly hasExpressions: boolean;
}

/** What actions-runner-controller runs one job with, and makes anew from a pod that just disappears. */
export interface EphemeralRunner extends ObjectId {
  readonly isEnding: boolean;
  /** Empty, and 0, while it has no job. */
  readonly job: RunnerJob;
}

export interface RunnerJob {
  readonly repository: string;
  readonly workflowRef: string;
  readonly displayName: string;
  readonly workflowRunId: number;
  readonly runnerName: string;
}

export type Reviewed = { readonly status: "reviewed"; readonly review: TokenReview } | Trouble;

export interface TokenReview {
  readonly isGood: boolean;
  /** Those of the asked ones that it is for; a server that knows of no audiences has checked none. */
  readonly audiences: readonly string[];
  readonly user: {
    readonly username: string;
    readonly extra: Readonly<Record<string, readonly string[]>>;
  };
}
