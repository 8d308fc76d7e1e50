import type { FindingView, PageOf } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { FilterBar } from "../../components/filter-bar.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { findingsNews } from "../../live/changes.ts";
import { place } from "../../navigation/place.ts";
import { FindingsTable } from "./findings-table.tsx";

const PAGE_SIZE = "50";
const FILTERS = [
  {
    name: "severity",
    label: "Severity",
    kind: "choice",
    choices: ["critical", "high", "medium", "low", "info"],
  },
  {
    name: "state",
    label: "State",
    kind: "choice",
    choices: ["open", "acknowledged", "suppressed", "expected"],
  },
  { name: "rule", label: "Rule", kind: "text", hint: "new-destination" },
] as const;

export function FindingsPage() {
  const { query } = place.value;
  const asked = new URLSearchParams(query);
  asked.set("limit", PAGE_SIZE);
  const isFirst = !query.has("cursor");
  const findings = useResource<PageOf<FindingView>>(
    `/v1/findings?${asked}`,
    isFirst ? findingsNews : undefined,
  );
  return (
    <>
      <PageHead title="Findings" />
      <FilterBar filters={FILTERS} />
      <LoadedView resource={findings}>
        {({ items, nextCursor }) => (
          <>
            <FindingsTable findings={items} caption="Findings" />
            <Pager nextCursor={nextCursor} isFirst={isFirst} />
          </>
        )}
      </LoadedView>
    </>
  );
}
