import type { FindingView, RunView } from "../../api/types.ts";
import { Loading } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import type { FollowedRun } from "../../run-model/follow-run.ts";
import { BlindTab } from "./tabs/blind-tab.tsx";
import { DestinationsTab } from "./tabs/destinations-tab.tsx";
import { EventsTab } from "./tabs/events-tab.tsx";
import { FilesTab } from "./tabs/files-tab.tsx";
import { FindingsTab } from "./tabs/findings-tab.tsx";
import { NamesTab } from "./tabs/names-tab.tsx";
import { ProcessesTab } from "./tabs/processes-tab.tsx";
import { ResponsesTab } from "./tabs/responses-tab.tsx";
import { SecretsTab } from "./tabs/secrets-tab.tsx";
import { TimelineTab } from "./tabs/timeline-tab.tsx";

export interface TabProps {
  readonly followed: FollowedRun;
  readonly run: RunView;
  /** By guard and collector, the gravest first; the newest 500. */
  readonly findings: readonly FindingView[];
  /** Another number when the model has changed. */
  readonly version: number;
}

interface RunTabProps extends Omit<TabProps, "version"> {
  readonly tab: string;
}

const SORTED: ReadonlySet<string> = new Set(["destinations", "names", "files", "secrets"]);

export function RunTab({ tab, followed, run, findings }: RunTabProps) {
  // What denied something comes first: rows that are read later would move those above which somebody is.
  if (SORTED.has(tab) && followed.state.value === "loading") return <Loading />;
  const props = { followed, run, findings, version: followed.version.value };
  switch (tab) {
    case "timeline":
      return <TimelineTab {...props} />;
    case "findings":
      return <FindingsTab run={run} />;
    case "processes":
      return <ProcessesTab {...props} />;
    case "destinations":
      return <DestinationsTab {...props} />;
    case "names":
      return <NamesTab {...props} />;
    case "files":
      return <FilesTab {...props} />;
    case "secrets":
      return <SecretsTab {...props} />;
    case "blind":
      return <BlindTab {...props} />;
    case "responses":
      return <ResponsesTab run={run} findings={findings} />;
    case "events":
      return <EventsTab {...props} />;
    default:
      return <Empty heading="There is no such part of a run" />;
  }
}
