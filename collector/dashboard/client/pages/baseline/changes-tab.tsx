import type { BaselineChangeView, BaselineView, PageOf } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Pager } from "../../components/pager.tsx";
import { Panel } from "../../components/panel.tsx";
import { place } from "../../navigation/place.ts";
import { ChangeEntry } from "./change-entry.tsx";

const PAGE_SIZE = "50";

interface ChangesTabProps {
  readonly baseline: BaselineView;
}

/** What runs taught that was new, what was forgotten, and what operators did, the newest first. */
export function ChangesTab({ baseline }: ChangesTabProps) {
  // Another list when it has changed: what was done on this page is on it.
  return <Changes key={baseline.changedAt} id={baseline.id} />;
}

function Changes({ id }: { readonly id: string }) {
  const asked = new URLSearchParams({ limit: PAGE_SIZE });
  const cursor = place.value.query.get("cursor");
  if (cursor !== null) asked.set("cursor", cursor);
  const changes = useResource<PageOf<BaselineChangeView>>(
    `/v1/baselines/${encodeURIComponent(id)}/changes?${asked}`,
  );
  return (
    <LoadedView resource={changes}>
      {({ items, nextCursor }) => (
        <>
          {items.length === 0 ? (
            <Empty heading="No change is known">
              What runs teach that is new, and what operators do, is kept from now on.
            </Empty>
          ) : (
            <Panel title="What changed, the newest first">
              <ol class="changes">
                {items.map((change) => (
                  <ChangeEntry key={change.revision} change={change} />
                ))}
              </ol>
            </Panel>
          )}
          <Pager nextCursor={nextCursor} isFirst={cursor === null} />
        </>
      )}
    </LoadedView>
  );
}
