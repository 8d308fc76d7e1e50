import type { PageOf, ResponseView, RunView } from "../../../api/types.ts";
import { useResource } from "../../../api/use-resource.ts";
import { HostileText } from "../../../components/hostile-text.tsx";
import { LoadedView } from "../../../components/loaded-view.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { Time } from "../../../components/time.tsx";
import { findingsNews } from "../../../live/changes.ts";
import { ResponseState } from "../../overview/recent-responses.tsx";

interface ResponsesTabProps {
  readonly run: RunView;
}

/** What is and was done about the run, step by step. */
export function ResponsesTab({ run }: ResponsesTabProps) {
  const responses = useResource<PageOf<ResponseView>>(
    `/v1/runs/${encodeURIComponent(run.id)}/responses?limit=100`,
    findingsNews,
  );
  return (
    <LoadedView resource={responses}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty heading="Nothing was done about this run" />
        ) : (
          <div class="stack">
            {items.map((response) => (
              <Panel
                key={response.id}
                title={response.action.replaceAll("-", " ")}
                aside={<ResponseState state={response.state} />}
              >
                <div class="body stack">
                  <p>
                    <HostileText text={response.summary} maxCharacters={600} class="prose" />
                  </p>
                  <dl class="facts">
                    <dt>Why</dt>
                    <dd>
                      <HostileText text={response.reason} maxCharacters={600} class="prose" />
                    </dd>
                    <dt>By</dt>
                    <dd>{response.by}</dd>
                    <dt>When</dt>
                    <dd>
                      <Time at={response.decidedAt} />
                    </dd>
                    {response.steps.map(({ step, outcome, answer, startedAt }, index) => (
                      <>
                        <dt key={`${index} step`}>{step.replaceAll("-", " ")}</dt>
                        <dd key={`${index} outcome`}>
                          {outcome} <Time at={startedAt} as="clock" />{" "}
                          <HostileText text={answer} class="soft" />
                        </dd>
                      </>
                    ))}
                  </dl>
                </div>
              </Panel>
            ))}
          </div>
        )
      }
    </LoadedView>
  );
}
