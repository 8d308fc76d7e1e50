import type { FindingView, PageOf, ResponseView, RunView } from "../../../api/types.ts";
import { useResource } from "../../../api/use-resource.ts";
import { Severity } from "../../../components/badge.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { LoadedView } from "../../../components/loaded-view.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { Time } from "../../../components/time.tsx";
import { findingsNews } from "../../../live/changes.ts";
import { addresses } from "../../../navigation/addresses.ts";
import { Link } from "../../../navigation/link.tsx";
import { ResponseState } from "../../overview/recent-responses.tsx";
import { Done } from "../run-summary.tsx";

interface ResponsesTabProps {
  readonly run: RunView;
  readonly findings: readonly FindingView[];
}

/** What the guard did at once, and what is and was done about the run since, step by step. */
export function ResponsesTab({ run, findings }: ResponsesTabProps) {
  const own = findings.filter(
    ({ madeBy, response }) => madeBy === "guard" && response !== "report",
  );

  const responses = useResource<PageOf<ResponseView>>(
    `/v1/runs/${encodeURIComponent(run.id)}/responses?limit=100`,
    findingsNews,
  );
  return (
    <LoadedView resource={responses}>
      {({ items }) =>
        items.length + own.length === 0 ? (
          <Empty heading="Nothing was done about this run" />
        ) : (
          <div class="stack">
            {own.length > 0 && <ByGuard findings={own} />}
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

function ByGuard({ findings }: Pick<ResponsesTabProps, "findings">) {
  return (
    <Panel title="By the guard, at once">
      <ul class="needs">
        {findings.map(({ id, severity, message, response, firstSeen }) => (
          <li key={id}>
            <span>
              <Severity severity={severity} />
            </span>
            <span class="what">
              <Link to={addresses.finding(id)}>
                <HostileText text={message} maxCharacters={240} />
              </Link>
              <Done response={response} />
            </span>
            <span class="when">
              <Time at={firstSeen} as="clock" />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
