import { useSignal } from "@preact/signals";

import { toVisibleText } from "../../../../visible-text.ts";
import { request } from "../../api/request.ts";
import type { IncidentDetail } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge, Severity } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Dialog, Field, OwnerField, readField } from "../../components/dialog.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Runbook, useRunbook } from "../../components/runbook.tsx";
import { Time } from "../../components/time.tsx";
import { countOf } from "../../format/number.ts";
import { findingsNews } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { mayRespond } from "../../session/session.ts";
import { Evidence } from "../finding/evidence.tsx";
import { FindingLineage } from "../finding/finding-lineage.tsx";
import { readAdvice } from "../finding/read-evidence.ts";

interface IncidentPageProps {
  readonly id: string;
}

const MAX_TITLE = 400;
const MAX_TAB = 80;

type Deed = "acknowledge" | "resolve";
type Delivery = IncidentDetail["deliveries"][number];

const DELIVERIES: readonly Column<Delivery>[] = [
  { name: "Sink", show: ({ sink }) => sink },
  { name: "What", show: ({ action }) => action },
  {
    name: "State",
    show: ({ state, reason }) => (
      <Badge tone={state === "dead" ? "critical" : "plain"} title={reason ?? ""}>
        {state}
      </Badge>
    ),
  },
  { name: "Tries", isNumber: true, show: ({ attempts }) => attempts },
  { name: "When", show: ({ at }) => <Time at={at} /> },
];

/** What somebody is paged for: where alerts lead to. */
export function IncidentPage({ id }: IncidentPageProps) {
  const path = `/v1/incidents/${encodeURIComponent(id)}`;
  const resource = useResource<IncidentDetail>(path, findingsNews);
  return (
    <LoadedView resource={resource}>
      {(incident) => <Known incident={incident} path={path} onDone={resource.reload} />}
    </LoadedView>
  );
}

interface KnownProps {
  readonly incident: IncidentDetail;
  readonly path: string;
  readonly onDone: () => void;
}

function Known({ incident, path, onDone }: KnownProps) {
  const asked = useSignal<Deed | undefined>(undefined);
  const deed = asked.value;
  const runbook = useRunbook(incident.rule);
  const { state, severity, message, rule, evidence, runs, findings, openFindings } = incident;
  const { firstRunId, lastRunId, openedAt, acknowledged, resolvedAt, resolution } = incident;
  const deeds: readonly Deed[] =
    state === "resolved" ? [] : state === "open" ? ["acknowledge", "resolve"] : ["resolve"];
  if (runbook === undefined) return <Loading />;
  return (
    <>
      <PageHead title={toVisibleText(message, MAX_TITLE)} tab={toVisibleText(message, MAX_TAB)}>
        <div class="actions">
          {mayRespond.value &&
            deeds.map((one) => (
              <button
                key={one}
                type="button"
                onClick={() => {
                  asked.value = one;
                }}
              >
                {one === "acknowledge" ? "Acknowledge" : "Resolve"}
              </button>
            ))}
        </div>
      </PageHead>
      <section class="card body" aria-label="What happened">
        <p class="badges">
          <Severity severity={severity} />{" "}
          <Badge tone={state === "open" ? "high" : "plain"}>{state}</Badge>
        </p>
        <p>
          <HostileText text={toJobText(incident)} class="prose" />
        </p>
      </section>
      <div class="columns">
        <div class="stack wide">
          <Panel title="Evidence">
            <Evidence evidence={evidence} />
          </Panel>
          <FindingLineage evidence={evidence} runId={firstRunId} />
          <Runbook text={runbook} runId={lastRunId} advice={readAdvice(evidence)} />
        </div>
        <div class="stack narrow">
          <Panel title="What is known">
            <dl class="facts body">
              <dt>Rule</dt>
              <dd>
                <HostileText text={rule} maxCharacters={128} />
              </dd>
              <dt>Findings</dt>
              <dd>
                {countOf(findings, "finding")} in {countOf(runs, "run")}, {openFindings} open
              </dd>
              <dt>Runs</dt>
              <dd>
                <Link to={`${addresses.run(lastRunId)}?tab=findings`}>the last one</Link>
                {firstRunId !== lastRunId && (
                  <>
                    , <Link to={`${addresses.run(firstRunId)}?tab=findings`}>the first one</Link>
                  </>
                )}
              </dd>
              <dt>Opened</dt>
              <dd>
                <Time at={openedAt} />
              </dd>
              {acknowledged !== null && (
                <>
                  <dt>Seen to by</dt>
                  <dd>
                    <HostileText text={acknowledged.owner} class="prose" />, since{" "}
                    <Time at={acknowledged.at} />:{" "}
                    <HostileText text={acknowledged.reason} class="prose" />
                  </dd>
                </>
              )}
              {resolvedAt !== null && (
                <>
                  <dt>Over</dt>
                  <dd>
                    <Time at={resolvedAt} />, by {resolution}
                  </dd>
                </>
              )}
            </dl>
          </Panel>
          <Panel title="Who was told">
            <DataTable
              caption="Deliveries"
              rows={incident.deliveries}
              columns={DELIVERIES}
              keyOf={({ id }) => id}
              none="Nobody was told"
            />
          </Panel>
        </div>
      </div>
      {deed !== undefined && (
        <Dialog
          title={deed === "acknowledge" ? "Acknowledge" : "Resolve"}
          deed={deed === "acknowledge" ? "Acknowledge" : "Resolve"}
          onClose={() => {
            asked.value = undefined;
          }}
          onDo={async (said) => {
            const body = { owner: readField(said, "owner"), reason: readField(said, "reason") };
            await request("POST", `${path}/${deed}`, { body });
            onDone();
          }}
        >
          <p>Its findings are acknowledged with it.</p>
          <OwnerField />
          <Field name="reason" label="Why" kind="lines" maxLength={400} />
        </Dialog>
      )}
    </>
  );
}
