import type { PageOf, RunView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { JobName, toModeText } from "../../components/job-name.tsx";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { Notice } from "../../components/notices.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { now } from "../../format/now.ts";
import { countOf, toWhole } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";
import { runsNews } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

const LIMIT = 1_000;

/** Guards that are at work, and those that have fallen silent. */
export function FleetPage() {
  const live = useResource<PageOf<RunView>>(`/v1/runs?state=live&limit=${LIMIT}`, runsNews);
  const silent = useResource<PageOf<RunView>>("/v1/runs?state=silent&limit=100", runsNews);
  // What stands above the other has to be there first.
  if ([live, silent].some(({ loaded }) => loaded.status === "loading")) {
    return (
      <>
        <PageHead title="Fleet" />
        <Loading />
      </>
    );
  }
  return (
    <>
      <PageHead title="Fleet" />
      <LoadedView resource={live}>
        {({ items, nextCursor }) => (
          <>
            {nextCursor !== null && (
              <Notice kind="info">
                Counted are the newest {toWhole(LIMIT)} runs that are live.
              </Notice>
            )}
            <div class="columns">
              <Counts title="By version" runs={items} nameOf={({ version }) => version} />
              <Counts title="By level" runs={items} nameOf={toLevelText} />
              <Counts title="By scope" runs={items} nameOf={({ scope }) => scope} />
              <Counts title="By mode in force" runs={items} nameOf={toModeText} />
            </div>
            <Panel title={`At work: ${countOf(items.length, "guard")}`}>
              <DataTable
                caption="Guards at work"
                rows={items.toSorted(compare)}
                columns={COLUMNS}
                keyOf={({ id }) => id}
                none="No guard is at work"
              />
            </Panel>
          </>
        )}
      </LoadedView>
      <Panel title="Silent">
        <LoadedView resource={silent}>
          {({ items }) => (
            <DataTable
              caption="Guards that are silent"
              rows={items}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              none="No guard is silent"
            />
          )}
        </LoadedView>
      </Panel>
    </>
  );
}

const COLUMNS: readonly Column<RunView>[] = [
  {
    name: "Job",
    show: (run) => (
      <Link to={`${addresses.run(run.id)}?tab=blind`} class="row-link">
        <JobName job={run.ci} />
      </Link>
    ),
  },
  { name: "Version", show: ({ version }) => <HostileText text={version} maxCharacters={24} /> },
  { name: "Level", show: toLevelText },
  { name: "Scope", show: ({ scope }) => scope },
  {
    name: "Mode",
    show: (run) =>
      run.mode.requested === run.mode.effective ? (
        run.mode.effective
      ) : (
        <Badge tone="high">{toModeText(run)}</Badge>
      ),
  },
  {
    name: "Last heard",
    isNumber: true,
    show: ({ lastSeenAt }) => toLag(lastSeenAt),
  },
  { name: "Events", isNumber: true, show: ({ events }) => toWhole(events) },
  {
    name: "Lost",
    isNumber: true,
    show: ({ dropped }) => (dropped > 0 ? <Badge tone="medium">{toWhole(dropped)}</Badge> : "–"),
  },
];

const SENSORS = {
  kernel: "kernel sensor",
  proc: "/proc alone",
  none: "no sensor",
} as const;

/** What it has to see and to hold a job with. */
function toLevelText({ level }: RunView): string {
  if (level === null) return "not told";
  const { sensor, enforcement } = level;
  return `${SENSORS[sensor]}${enforcement === "none" ? "" : `, ${enforcement}`}`;
}

function toLag(lastSeenAt: string): string {
  return toLength(Math.max(0, now.value - Date.parse(lastSeenAt)), 1);
}

/** Those that need a look first: weaker than asked for, then those that let go of most. */
function compare(one: RunView, other: RunView): number {
  return isWeaker(other) - isWeaker(one) || other.dropped - one.dropped;
}

function isWeaker({ mode }: RunView): number {
  return Number(mode.requested !== mode.effective);
}

interface CountsProps {
  readonly title: string;
  readonly runs: readonly RunView[];
  readonly nameOf: (run: RunView) => string;
}

function Counts({ title, runs, nameOf }: CountsProps) {
  const counts = [...Map.groupBy(runs, nameOf)].map(([name, some]) => ({
    name,
    count: some.length,
  }));
  return (
    <Panel title={title} class="quarter">
      <DataTable
        caption={title}
        rows={counts.toSorted((one, other) => other.count - one.count)}
        columns={[
          { name: "What", show: ({ name }) => <HostileText text={name} class="prose" /> },
          { name: "Guards", isNumber: true, show: ({ count }) => toWhole(count) },
        ]}
        keyOf={({ name }) => name}
        none="None"
      />
    </Panel>
  );
}
