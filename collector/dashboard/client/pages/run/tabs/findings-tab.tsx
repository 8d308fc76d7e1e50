import type { FindingView, PageOf, RunView } from "../../../api/types.ts";
import { useResource } from "../../../api/use-resource.ts";
import { LoadedView } from "../../../components/loaded-view.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Pager } from "../../../components/pager.tsx";
import { findingsNews } from "../../../live/changes.ts";
import { place } from "../../../navigation/place.ts";
import { FindingsTable } from "../../findings/findings-table.tsx";

interface FindingsTabProps {
  readonly run: RunView;
}

const PAGE_SIZE = "100";

export function FindingsTab({ run }: FindingsTabProps) {
  const cursor = place.value.query.get("cursor");
  const asked = new URLSearchParams({ run: run.id, limit: PAGE_SIZE });
  if (cursor !== null) asked.set("cursor", cursor);
  const findings = useResource<PageOf<FindingView>>(`/v1/findings?${asked}`, findingsNews);
  return (
    <LoadedView resource={findings}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty heading="Nothing was found in this run" />
        ) : (
          <>
            <FindingsTable findings={items} caption="Findings of this run" isOfRun />
            <Pager nextCursor={nextCursor} isFirst={cursor === null} />
          </>
        )
      }
    </LoadedView>
  );
}
