import type { ComponentChildren } from "preact";

import type { Resource } from "../api/use-resource.ts";
import { Failure, Notice } from "./notices.tsx";

interface LoadedViewProps<Value> {
  readonly resource: Resource<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** Shows what was loaded, or that it is under way, or why it is not there, or that it may be out of date. */
export function LoadedView<Value>({ resource, children }: LoadedViewProps<Value>) {
  const { loaded, reload } = resource;
  if (loaded.status === "loading") return <Loading />;
  if (loaded.status === "failed") return <Failure problem={loaded.problem} onRetry={reload} />;
  return (
    <>
      {loaded.fault !== undefined && (
        <Notice kind="warning">
          This may be out of date: {loaded.fault.message}{" "}
          <button type="button" class="quiet" onClick={reload}>
            Try again
          </button>
        </Notice>
      )}
      {children(loaded.value)}
    </>
  );
}

/** Takes as much room as what is to come, so that nothing jumps. */
export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="unseen">Loading</span>
      <span class="bone" />
      <span class="bone" />
      <span class="bone" />
      <span class="bone" />
    </div>
  );
}
