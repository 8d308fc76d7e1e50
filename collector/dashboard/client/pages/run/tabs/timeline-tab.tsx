import { useMemo } from "preact/hooks";

import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { addresses } from "../../../navigation/addresses.ts";
import { goTo, place, withQuery } from "../../../navigation/place.ts";
import { findSubject } from "../../../run-model/find-subject.ts";
import { layOut } from "../../../timeline/layout.ts";
import { Timeline } from "../../../timeline/timeline.tsx";
import { ProcessDetails } from "../process-details.tsx";
import type { TabProps } from "../run-tab.tsx";

export function TimelineTab({ followed, run, findings, version }: TabProps) {
  const { model, state } = followed;
  const layout = useMemo(() => layOut(model, findings), [model, version, findings]);
  const { query } = place.value;
  const selected = query.get("process") ?? undefined;
  const process = model.processes.get(selected ?? "");
  if (state.value !== "loading" && model.lines.length === 0) {
    return <Empty heading="No events yet">They are shown here as they come.</Empty>;
  }
  return (
    <>
      <section class="card" aria-label="Time line">
        <Timeline
          layout={layout}
          isLive={run.state !== "over"}
          isLoading={state.value === "loading"}
          selected={selected}
          subjectOf={(seq) => findSubject(model.lines, seq)}
          range={query.get("range") ?? undefined}
          onRange={(range) => goTo(withQuery({ range }), { replace: true })}
          onSelect={(one) => goTo(withQuery({ process: one?.id }), { replace: true })}
        />
      </section>
      {process !== undefined && (
        <Panel
          title="Process"
          aside={
            <a data-own="" href={addresses.process(run.id, process.id)}>
              In the tree
            </a>
          }
        >
          <ProcessDetails process={process} model={model} version={version} runId={run.id} />
        </Panel>
      )}
    </>
  );
}
