import type { RunView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Outcome } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText, toShortRef } from "../../components/job-name.tsx";
import { Time } from "../../components/time.tsx";
import { runsNews } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

interface FindingPlaceProps {
  readonly runId: string;
  readonly step: string | undefined;
}

/** In which job it was, and what became of that. */
export function FindingPlace({ runId, step }: FindingPlaceProps) {
  const { loaded } = useResource<RunView>(`/v1/runs/${encodeURIComponent(runId)}`, runsNews);
  if (loaded.status !== "ready") {
    return (
      <p class="soft">
        <Link to={addresses.run(runId)}>Run {runId.slice(0, 8)}</Link>
        {loaded.status === "failed" && `: ${loaded.problem.message}`}
      </p>
    );
  }
  const { ci, outcome, startedAt } = loaded.value;
  return (
    <p class="place">
      <Link to={addresses.run(runId)}>
        <HostileText
          text={ci === null ? `Run ${runId.slice(0, 8)}` : toJobText(ci)}
          maxCharacters={160}
          class="prose"
        />
      </Link>
      {ci?.ref !== undefined && <HostileText text={toShortRef(ci.ref)} maxCharacters={60} />}
      {step !== undefined && (
        <span>
          step <HostileText text={step} maxCharacters={80} class="prose" />
        </span>
      )}
      <Outcome outcome={outcome} />
      <span class="soft">
        <Time at={startedAt} />
      </span>
    </p>
  );
}
