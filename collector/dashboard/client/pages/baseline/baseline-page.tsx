import { useSignal } from "@preact/signals";

import { toVisibleText } from "../../../../visible-text.ts";
import { request } from "../../api/request.ts";
import type { BaselineView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Dialog, Field, readField } from "../../components/dialog.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Notice } from "../../components/notices.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Time } from "../../components/time.tsx";
import { countOf, toBytes, toWhole } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";
import { place } from "../../navigation/place.ts";
import { isAdmin } from "../../session/session.ts";
import { BaselineState } from "../baselines/baselines-page.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { SuggestedPolicy } from "./suggested-policy.tsx";

interface BaselinePageProps {
  readonly id: string;
}

interface Seen {
  readonly runs: number;
  readonly lastRun: number;
  readonly isExpected: boolean;
}

export function BaselinePage({ id }: BaselinePageProps) {
  const path = `/v1/baselines/${encodeURIComponent(id)}`;
  const resource = useResource<BaselineView>(path);
  return (
    <LoadedView resource={resource}>
      {(baseline) => <Known baseline={baseline} path={path} onDone={resource.reload} />}
    </LoadedView>
  );
}

interface KnownProps {
  readonly baseline: BaselineView;
  readonly path: string;
  readonly onDone: () => void;
}

function Known({ baseline, path, onDone }: KnownProps) {
  const isResetting = useSignal(false);
  const { destinations, processes, files, signals, volumes } = baseline;
  const tab = place.value.query.get("tab") ?? "destinations";
  return (
    <>
      <PageHead title={toVisibleText(toJobText(baseline), 160)}>
        {isAdmin.value && (
          <div class="actions">
            <button
              type="button"
              class="grave"
              onClick={() => {
                isResetting.value = true;
              }}
            >
              Forget and learn anew
            </button>
          </div>
        )}
      </PageHead>
      <dl class="run-facts">
        <div>
          <dt>State</dt>
          <dd>
            <BaselineState state={baseline.state} />
          </dd>
        </div>
        <div>
          <dt>Runs learned</dt>
          <dd>{toWhole(baseline.runs)}</dd>
        </div>
        <div>
          <dt>Changed</dt>
          <dd>
            <Time at={baseline.changedAt} />
          </dd>
        </div>
        <div>
          <dt>Last run</dt>
          <dd>
            <Time at={baseline.usedAt} as="day" />
          </dd>
        </div>
      </dl>
      {baseline.reasons.map((reason) => (
        <Notice key={reason} kind="info">
          <HostileText text={reason} maxCharacters={400} class="prose" />
        </Notice>
      ))}
      <Tabs
        label="Parts of the baseline"
        current={tab}
        tabs={[
          { id: "destinations", name: "Destinations", count: destinations.length },
          { id: "processes", name: "Processes", count: processes.length },
          { id: "files", name: "Files", count: files.length },
          { id: "signals", name: "Usual findings", count: signals.length },
          { id: "volumes", name: "Volumes", count: volumes.length },
          { id: "changes", name: "Changes" },
          { id: "policy", name: "Suggested policy" },
        ]}
      />
      <Part tab={tab} baseline={baseline} />
      {isResetting.value && (
        <Dialog
          title="Forget what was learned of this job"
          deed="Forget and learn anew"
          isGrave
          onClose={() => {
            isResetting.value = false;
          }}
          onDo={async (said) => {
            await request("POST", `${path}/reset`, { body: { reason: readField(said, "reason") } });
            onDone();
          }}
        >
          <p>Until it has learned again, nothing is judged by it.</p>
          <Field name="reason" label="Why" kind="lines" maxLength={400} />
        </Dialog>
      )}
    </>
  );
}

interface PartProps {
  readonly tab: string;
  readonly baseline: BaselineView;
}

function Part({ tab, baseline }: PartProps) {
  const seen = toSeenColumns(baseline.runs);
  switch (tab) {
    case "processes":
      return (
        <DataTable
          caption="Processes"
          rows={baseline.processes.toSorted(byNews)}
          columns={[
            { name: "Program", show: ({ program }) => <HostileText text={program} /> },
            { name: "Started by", show: ({ parent }) => <HostileText text={parent} /> },
            ...seen,
          ]}
          keyOf={({ parent, program }) => `${parent} ${program}`}
          none="No process"
        />
      );
    case "files":
      return (
        <DataTable
          caption="Files"
          rows={baseline.files.toSorted(byNews)}
          columns={[{ name: "Place", show: ({ place: at }) => <HostileText text={at} /> }, ...seen]}
          keyOf={({ place: at }) => at}
          none="No file outside of the job's own places"
        />
      );
    case "signals":
      return (
        <DataTable
          caption="What the guard finds in honest runs too"
          rows={baseline.signals.toSorted(byNews)}
          columns={[{ name: "What", show: ({ signal }) => <HostileText text={signal} /> }, ...seen]}
          keyOf={({ signal }) => signal}
          none="Nothing"
        />
      );
    case "volumes":
      return (
        <DataTable
          caption="Volumes"
          rows={baseline.volumes}
          columns={[
            { name: "Of a run", show: ({ volume }) => VOLUMES.get(volume)?.name ?? volume },
            {
              name: "Median",
              isNumber: true,
              show: ({ volume, median }) => toAmount(volume, median),
            },
            { name: "Most", isNumber: true, show: ({ volume, most }) => toAmount(volume, most) },
          ]}
          keyOf={({ volume }) => volume}
          none="Nothing"
        />
      );
    case "changes":
      return <ChangesTab baseline={baseline} />;
    case "policy":
      return <SuggestedPolicy baseline={baseline} />;
    default:
      return (
        <DataTable
          caption="Destinations"
          rows={baseline.destinations.toSorted(byNews)}
          columns={[
            {
              name: "Destination",
              show: ({ hosts, domain, moreHosts }) => (
                <>
                  <HostileText text={hosts.length === 0 ? domain : hosts.join(", ")} />
                  {moreHosts > 0 && <span class="soft"> and {moreHosts} more</span>}
                </>
              ),
            },
            { name: "Port", isNumber: true, show: ({ port }) => (port === 0 ? "any" : port) },
            { name: "Protocol", show: ({ transport }) => transport },
            { name: "Program", show: ({ program }) => <HostileText text={program} /> },
            ...seen,
          ]}
          keyOf={({ program, domain, port, transport }) =>
            `${program} ${domain} ${port} ${transport}`
          }
          none="No destination"
        />
      );
  }
}

interface VolumeWords {
  readonly name: string;
  readonly show: (amount: number) => string;
}

const VOLUMES: ReadonlyMap<string, VolumeWords> = new Map([
  ["processes", { name: "Processes", show: toWhole }],
  ["connections", { name: "Connections", show: toWhole }],
  ["bytesSent", { name: "Sent", show: toBytes }],
  ["bytesReceived", { name: "Received", show: toBytes }],
  ["files", { name: "Files written", show: toWhole }],
  ["findings", { name: "Findings", show: toWhole }],
  ["durationMs", { name: "Duration", show: toLength }],
]);

function toAmount(volume: string, amount: number): string {
  return (VOLUMES.get(volume)?.show ?? toWhole)(amount);
}

function toSeenColumns(all: number): readonly Column<Seen>[] {
  return [
    { name: "In runs", isNumber: true, show: ({ runs }) => `${runs} of ${all}` },
    {
      name: "Last seen",
      isNumber: true,
      show: ({ lastRun }) =>
        lastRun >= all ? "in the last run" : `${countOf(all - lastRun, "run")} ago`,
    },
    { name: "", show: ({ isExpected }) => (isExpected ? "said to be expected" : "") },
  ];
}

/** What came last first: that is what changed. */
function byNews(one: Seen, other: Seen): number {
  return one.runs - other.runs || other.lastRun - one.lastRun;
}
