import type { ListedResponse, OverviewView, PageOf, RunView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { findingsNews, runsNews, toldRuns } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { RunsTable } from "../runs/runs-table.tsx";
import { DenialsChart } from "./denials-chart.tsx";
import { NeedsSomebody, useOpenIncidents } from "./needs-somebody.tsx";
import { OverviewTiles } from "./overview-tiles.tsx";
import { RecentResponses } from "./recent-responses.tsx";

const HOURS = 48;
const SHOWN_RUNS = 12;

/** What needs a person now is on top. */
export function OverviewPage() {
  const overview = useResource<OverviewView>(`/v1/overview?hours=${HOURS}`, findingsNews);
  const live = useResource<PageOf<RunView>>(`/v1/runs?state=live&limit=${SHOWN_RUNS}`, runsNews);
  const responses = useResource<PageOf<ListedResponse>>("/v1/responses?limit=8", findingsNews);
  const open = useOpenIncidents();
  // What stands above the other has to be there first: nothing moves under a reader's hand.
  const isLoading = [overview, live, responses, open.newest, ...open.graver].some(
    ({ loaded }) => loaded.status === "loading",
  );
  if (isLoading) {
    return (
      <>
        <PageHead title="Overview" />
        <Loading />
      </>
    );
  }
  return (
    <>
      <PageHead title="Overview" />
      <LoadedView resource={overview}>
        {(figures) => <OverviewTiles figures={figures} />}
      </LoadedView>
      <NeedsSomebody {...open} />
      <div class="columns">
        <Panel title="Running now" class="whole" aside={<Link to={addresses.runs}>All runs</Link>}>
          <LoadedView resource={live}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty heading="Nothing runs at the moment">
                  A guard sends its run here with{" "}
                  <code>runner-guard run --collector {location.origin} -- COMMAND</code>, and an
                  agent's token in <code>RUNNER_GUARD_COLLECTOR_TOKEN</code>.
                </Empty>
              ) : (
                <RunsTable
                  caption="Runs that are live"
                  runs={items.map((run) => toldRuns.value.get(run.id) ?? run)}
                />
              )
            }
          </LoadedView>
        </Panel>
        <Panel title={`Denied in the last ${HOURS} hours`} class="wide">
          <LoadedView resource={overview}>
            {({ denials }) => <DenialsChart denials={denials} hours={HOURS} />}
          </LoadedView>
        </Panel>
        <RecentResponses responses={responses} />
      </div>
    </>
  );
}
