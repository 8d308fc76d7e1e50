import { useMemo } from "preact/hooks";

import { FilterBar } from "../../../components/filter-bar.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { goTo, place, withQuery } from "../../../navigation/place.ts";
import { ProcessDetails } from "../process-details.tsx";
import { ProcessTree } from "../process-tree.tsx";
import type { TabProps } from "../run-tab.tsx";
import { findMatches } from "../tree-rows.ts";

const FILTERS = [
  { name: "search", label: "Search", kind: "text", hint: "program, arguments, step" },
] as const;

export function ProcessesTab({ followed, run, version }: TabProps) {
  const { model, state } = followed;
  const { query } = place.value;
  const search = query.get("search") ?? "";
  const selected = query.get("process") ?? undefined;
  const matches = useMemo(() => findMatches(model, search), [model, version, search]);
  const process = model.processes.get(selected ?? "");
  if (model.processes.size === 0) {
    return <Empty heading={state.value === "loading" ? "Loading" : "No process was seen"} />;
  }
  return (
    <>
      <FilterBar filters={FILTERS} />
      <div class="columns">
        <div class={process === undefined ? "whole" : "wide"}>
          <ProcessTree
            model={model}
            version={version}
            matches={matches}
            selected={selected}
            onSelect={(id) => goTo(withQuery({ process: id }), { replace: true })}
          />
        </div>
        {process !== undefined && (
          <Panel title="Process" class="narrow">
            <ProcessDetails process={process} model={model} version={version} runId={run.id} />
          </Panel>
        )}
      </div>
    </>
  );
}
