import type { FindingView, PageOf, RunView } from "../../../api/types.ts";
import { useResource } from "../../../api/use-resource.ts";
import { LoadedView } from "../../../components/loaded-view.tsx";
import { Empty } from "../../../components/notices.tsx";
import { findingsNews } from "../../../live/changes.ts";
import { FindingsTable } from "../../findings/findings-table.tsx";

interface FindingsTabProps {
  readonly run: RunView;
}

export function FindingsTab({ run }: FindingsTabProps) {
  const findings = useResource<PageOf<FindingView>>(
    `/v1/findings?limit=500&run=${encodeURIComponent(run.id)}`,
    findingsNews,
  );
  return (
    <LoadedView resource={findings}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty heading="Nothing was found in this run" />
        ) : (
          <FindingsTable findings={items} caption="Findings of this run" isOfRun />
        )
      }
    </LoadedView>
  );
}
