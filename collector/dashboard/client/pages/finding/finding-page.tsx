import { toVisibleText } from "../../../../visible-text.ts";
import type { FindingView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Severity } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Runbook, useRunbook } from "../../components/runbook.tsx";
import { Time } from "../../components/time.tsx";
import { countOf } from "../../format/number.ts";
import { findingsNews } from "../../live/changes.ts";
import { FindingState } from "../findings/findings-table.tsx";
import { Evidence } from "./evidence.tsx";
import { FindingActions } from "./finding-actions.tsx";
import { FindingHistory } from "./finding-history.tsx";
import { FindingLineage } from "./finding-lineage.tsx";
import { FindingPlace } from "./finding-place.tsx";
import { readAdvice } from "./read-evidence.ts";
import { SimilarFindings } from "./similar-findings.tsx";

interface FindingPageProps {
  readonly id: string;
}

export function FindingPage({ id }: FindingPageProps) {
  const path = `/v1/findings/${encodeURIComponent(id)}`;
  const resource = useResource<FindingView>(path, findingsNews);
  return (
    <LoadedView resource={resource}>
      {(finding) => <Known finding={finding} onDone={resource.reload} />}
    </LoadedView>
  );
}

const MAX_TITLE = 400;
const MAX_TAB = 80;

interface KnownProps {
  readonly finding: FindingView;
  readonly onDone: () => void;
}

function Known({ finding, onDone }: KnownProps) {
  const { severity, message, rule, runId, count, firstSeen, lastSeen, technique } = finding;
  const { response, madeBy, evidence } = finding;
  const step = evidence?.["step"];
  const runbook = useRunbook(rule);
  if (runbook === undefined) return <Loading />;
  return (
    <>
      <PageHead title={toVisibleText(message, MAX_TITLE)} tab={toVisibleText(message, MAX_TAB)}>
        <FindingActions finding={finding} onDone={onDone} />
      </PageHead>
      <section class="card body" aria-label="Where it was">
        <p class="badges">
          <Severity severity={severity} /> <FindingState finding={finding} />
        </p>
        <FindingPlace runId={runId} step={typeof step === "string" ? step : undefined} />
      </section>
      <div class="columns">
        <div class="stack wide">
          <Panel title="Evidence">
            <Evidence evidence={evidence} />
          </Panel>
          <FindingLineage evidence={evidence} runId={runId} />
          <Runbook text={runbook} runId={runId} advice={readAdvice(evidence)} />
        </div>
        <div class="stack narrow">
          <Panel title="What is known">
            <dl class="facts body">
              <dt>Rule</dt>
              <dd>
                <HostileText text={rule} maxCharacters={128} />
              </dd>
              {technique !== null && (
                <>
                  <dt>Technique</dt>
                  <dd>
                    <HostileText text={technique} /> of MITRE ATT&amp;CK
                  </dd>
                </>
              )}
              <dt>Done</dt>
              <dd>
                <HostileText
                  text={response === "report" ? "reported, nothing was stopped" : response}
                  maxCharacters={40}
                  class="prose"
                />
              </dd>
              <dt>Found by</dt>
              <dd>the {madeBy}</dd>
              <dt>Seen</dt>
              <dd>
                {countOf(count, "time")}, first <Time at={firstSeen} />, last <Time at={lastSeen} />
              </dd>
            </dl>
          </Panel>
          <FindingHistory finding={finding} />
          <SimilarFindings finding={finding} />
        </div>
      </div>
    </>
  );
}
