import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";

import { toVisibleText } from "../../../../visible-text.ts";
import type { FindingView, PageOf, RunView } from "../../api/types.ts";
import { type Loaded, useResource } from "../../api/use-resource.ts";
import { toRank } from "../../components/badge.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { Notice } from "../../components/notices.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { toWhole } from "../../format/number.ts";
import { findingsNews, toldRuns } from "../../live/changes.ts";
import { place } from "../../navigation/place.ts";
import { type FollowedRun, followRun } from "../../run-model/follow-run.ts";
import type { RunModel } from "../../run-model/run-model.ts";
import { RunActions } from "./run-actions.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunSummary } from "./run-summary.tsx";
import { RunTab } from "./run-tab.tsx";
import { listTabs } from "./run-tabs.ts";

interface RunPageProps {
  readonly id: string;
}

export function RunPage({ id }: RunPageProps) {
  const resource = useResource<RunView>(`/v1/runs/${encodeURIComponent(id)}`);
  const followed = useMemo(() => followRun(id), [id]);
  const found = useResource<PageOf<FindingView>>(
    `/v1/findings?limit=${MOST_FINDINGS}&run=${encodeURIComponent(id)}`,
    findingsNews,
  );
  // Behind what is little, and comes first.
  useLayoutEffect(() => followed.start(), [followed]);
  // What was found stands above the rest: nothing moves under a reader's hand.
  if (found.loaded.status === "loading") return <Loading />;
  return (
    <LoadedView resource={resource}>
      {(run) => (
        <KnownRun
          followed={followed}
          asked={toldRuns.value.get(run.id) ?? run}
          found={found.loaded}
        />
      )}
    </LoadedView>
  );
}

/** Of one page of the API. What is more is on the list of findings. */
const MOST_FINDINGS = 500;

interface KnownRunProps {
  readonly followed: FollowedRun;
  readonly asked: RunView;
  readonly found: Loaded<PageOf<FindingView>>;
}

function KnownRun({ followed, asked, found }: KnownRunProps) {
  const run = followed.run.value ?? asked;
  const name = run.ci === null ? `Run ${run.id.slice(0, 8)}` : toJobText(run.ci);
  const tab = place.value.query.get("tab") ?? "timeline";
  const findings = useMemo(
    () => (found.status === "ready" ? found.value.items.toSorted(byGravity) : []),
    [found],
  );
  const tabs = useSignal(listTabs(followed.model, run));
  const version = followed.version.value;
  useEffect(() => {
    tabs.value = listTabs(followed.model, run);
  }, [version, run]);
  return (
    <>
      <PageHead title={toVisibleText(name, 160)} tab={toVisibleText(name, 60)}>
        <RunActions run={run} />
      </PageHead>
      <RunFacts
        run={run}
        isLoaded={followed.state.value !== "loading"}
        tookMs={followed.state.value === "complete" ? toTook(followed.model) : undefined}
      />
      <Progress followed={followed} run={run} />
      <RunSummary run={run} model={followed.model} version={version} findings={findings} />
      <Tabs tabs={tabs.value} current={tab} label="Parts of the run" />
      <RunTab tab={tab} followed={followed} run={run} findings={findings} />
    </>
  );
}

/** The collector sees a run when it is told of it, which may be all at once. */
function toTook({ firstAt, lastAt }: RunModel): number | undefined {
  return lastAt >= firstAt ? lastAt - firstAt : undefined;
}

function byGravity(one: FindingView, other: FindingView): number {
  return toRank(one.severity) - toRank(other.severity);
}

interface ProgressProps {
  readonly followed: FollowedRun;
  readonly run: RunView;
}

/** How far it is with a long run; and what is wrong where not all of it is there. */
function Progress({ followed, run }: ProgressProps) {
  const state = followed.state.value;
  const model = followed.model;
  const isLong = useComputed(() => followed.loaded.value < run.events);
  return (
    <>
      <div class="progress-line" role="status">
        {state === "loading" && isLong.value && (
          <>
            <progress
              max={run.events}
              value={followed.loaded.value}
              aria-label="Events that are loaded"
            />
            <span class="unseen">Loading {toWhole(run.events)} events</span>
          </>
        )}
      </div>
      {state === "lost" && (
        <Notice kind="warning">
          The connection was lost, and is tried again: what is shown ends with event{" "}
          {toWhole(model.lines.length)}.
        </Notice>
      )}
      {state === "refused" && (
        <Notice kind="warning">
          The collector sends no more of this run: what is shown ends with event{" "}
          {toWhole(model.lines.length)}. Load the page again.
        </Notice>
      )}
      {state === "unreadable" && (
        <Notice kind="problem">
          What is stored of this run is damaged behind event {toWhole(model.lines.length)}. “Chain”
          says what is wrong.
        </Notice>
      )}
      {model.isCut && (
        <Notice kind="warning">
          Shown are the first {toWhole(model.lines.length)} events. Export has all of them.
        </Notice>
      )}
      {run.dropped > 0 && (
        <Notice kind="warning">
          The guard lost {toWhole(run.dropped)} events: “Blind spots” says which, and why.
        </Notice>
      )}
    </>
  );
}
