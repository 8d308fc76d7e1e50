import type { RunView } from "../api/types.ts";
import { HostileText } from "./hostile-text.tsx";

interface JobNameProps {
  readonly job: {
    readonly repository?: string | null | undefined;
    readonly workflow?: string | null | undefined;
    readonly job?: string | null | undefined;
  } | null;
}

/** The repository, and which job of which workflow. */
export function JobName({ job }: JobNameProps) {
  const { repository, workflow, job: name } = job ?? {};
  const rest = [workflow, name].filter((part): part is string => typeof part === "string");
  return (
    <span class="job-name">
      <span class="repository">
        <HostileText text={repository ?? "no repository"} maxCharacters={80} />
      </span>
      {rest.length > 0 && (
        <span class="of-job">
          <HostileText text={rest.join(" / ")} maxCharacters={120} />
        </span>
      )}
    </span>
  );
}

/** Such as `main`, of refs/heads/main. */
export function toShortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, "").replace(/^refs\/pull\/(\d+)\/.*$/, "#$1");
}

export function toModeText({
  mode: { requested, effective },
}: {
  readonly mode: Pick<RunView["mode"], "requested" | "effective">;
}): string {
  return requested === effective ? effective : `${effective}, asked for ${requested}`;
}

/** The same in one line. */
export function toJobText({ repository, workflow, job }: NonNullable<JobNameProps["job"]>): string {
  const parts = [repository ?? "no repository", workflow, job];
  return parts.filter((part): part is string => typeof part === "string").join(" / ");
}
