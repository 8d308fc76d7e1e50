import type { SensorStatus } from "../../protocol/index.ts";
import type { Observation } from "../observation.ts";

export type Observer = (observation: Observation) => void;

/** Which processes a sensor reports: the guarded command and all its descendants, one pid namespace with those below it, or everything. */
export type Scope =
  | { readonly type: "command" }
  | { readonly type: "pod"; readonly pidNamespaceInode: number }
  | { readonly type: "host" };

/** A source of observations that is in force from the moment it exists until it is disposed of. */
export interface Sensor extends AsyncDisposable {
  status(): SensorStatus;
  /**
   * Everything that started, connected or wrote before this call has been observed when it returns. A sampling sensor
   * takes one more sample.
   */
  flush(): Promise<void>;
}
