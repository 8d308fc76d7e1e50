import type { ComponentChildren } from "preact";

import type { ApiProblem } from "../api/request.ts";

interface NoticeProps {
  readonly kind: "info" | "warning" | "problem" | "done";
  readonly children: ComponentChildren;
}

export function Notice({ kind, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "problem" ? "alert" : "status"}>
      {children}
    </div>
  );
}

interface FailureProps {
  readonly problem: ApiProblem;
  readonly onRetry: () => void;
}

export function Failure({ problem, onRetry }: FailureProps) {
  const heading = problem.code === "not-found" ? "There is nothing here" : "This cannot be shown";
  return (
    <div class="empty" role="alert">
      <h2>{heading}</h2>
      <p>{problem.message}</p>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

interface EmptyProps {
  readonly heading: string;
  readonly children?: ComponentChildren;
}

export function Empty({ heading, children }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{heading}</h2>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}
