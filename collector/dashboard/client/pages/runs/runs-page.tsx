import type { PageOf, RunView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { FilterBar } from "../../components/filter-bar.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { runsNews, toldRuns } from "../../live/changes.ts";
import { place } from "../../navigation/place.ts";
import { RunsTable } from "./runs-table.tsx";

const PAGE_SIZE = "50";
const OUTCOMES = [
  "running",
  "silent",
  "killed-by-operator",
  "killed-by-rule",
  "quarantined",
  "succeeded",
  "failed",
  "ended",
];
const FILTERS = [
  { name: "search", label: "Search", kind: "text", hint: "repository, workflow, job, ref, actor" },
  { name: "outcome", label: "Result", kind: "choice", choices: OUTCOMES },
  { name: "findings", label: "Findings", kind: "choice", choices: ["some", "none"] },
  {
    name: "mode",
    label: "Mode",
    kind: "choice",
    choices: ["audit", "block", "block (names only)", "weaker"],
  },
  { name: "since", label: "Since", kind: "day" },
  { name: "until", label: "Before", kind: "day" },
  {
    name: "sort",
    label: "Order",
    kind: "choice",
    choices: ["newest", "findings", "unusual", "events", "dropped"],
  },
] as const;

export function RunsPage() {
  const { query } = place.value;
  const asked = new URLSearchParams(query);
  asked.set("limit", PAGE_SIZE);
  const isFirst = !query.has("cursor");
  // A page further on shows what it showed.
  const runs = useResource<PageOf<RunView>>(`/v1/runs?${asked}`, isFirst ? runsNews : undefined);
  return (
    <>
      <PageHead title="Runs" />
      <FilterBar filters={FILTERS} />
      <LoadedView resource={runs}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty heading="No runs">
                {[...query.keys()].length > 0
                  ? "None is as these filters ask."
                  : "A guard that is given this collector's address begins one."}
              </Empty>
            ) : (
              <RunsTable
                runs={items.map((run) => toldRuns.value.get(run.id) ?? run)}
                caption="Runs"
              />
            )}
            <Pager nextCursor={nextCursor} isFirst={isFirst} />
          </>
        )}
      </LoadedView>
    </>
  );
}
