import type { ListedBaselineView, PageOf } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge, type Tone } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { JobName } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Time } from "../../components/time.tsx";
import { toWhole } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { place } from "../../navigation/place.ts";

const FILTERS = [
  { name: "repository", label: "Repository", kind: "text", hint: "acme/app" },
  {
    name: "state",
    label: "State",
    kind: "choice",
    choices: ["learning", "stable", "unstable"],
  },
] as const;
const TONES: ReadonlyMap<string, Tone> = new Map([
  ["learning", "accent"],
  ["stable", "good"],
  ["unstable", "medium"],
]);

export function BaselineState({ state }: { readonly state: string }) {
  return <Badge tone={TONES.get(state) ?? "plain"}>{state}</Badge>;
}

const COLUMNS: readonly Column<ListedBaselineView>[] = [
  {
    name: "Job",
    show: (baseline) => (
      <Link to={addresses.baseline(baseline.id)} class="row-link">
        <JobName job={baseline} />
      </Link>
    ),
  },
  { name: "State", show: ({ state }) => <BaselineState state={state} /> },
  { name: "Runs learned", isNumber: true, show: ({ runs }) => toWhole(runs) },
  { name: "Changed", show: ({ changedAt }) => <Time at={changedAt} as="ago" /> },
  { name: "Last run", show: ({ usedAt }) => <Time at={usedAt} as="day" /> },
];

/** What is normal for each job. */
export function BaselinesPage() {
  const { query } = place.value;
  const asked = new URLSearchParams(query);
  asked.set("limit", "100");
  const baselines = useResource<PageOf<ListedBaselineView>>(`/v1/baselines?${asked}`);
  return (
    <>
      <PageHead title="Baselines" />
      <FilterBar filters={FILTERS} />
      <LoadedView resource={baselines}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Baselines of jobs"
              rows={items}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              none="Nothing was learned yet"
            />
            <Pager nextCursor={nextCursor} isFirst={!query.has("cursor")} />
          </>
        )}
      </LoadedView>
    </>
  );
}
