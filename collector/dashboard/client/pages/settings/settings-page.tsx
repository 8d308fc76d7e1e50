import type { ResponseModeView, SettingsView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { LoadedView, Loading } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { countOf, toBytes } from "../../format/number.ts";
import { findingsNews } from "../../live/changes.ts";
import { isAdmin } from "../../session/session.ts";
import { Arming } from "./arming.tsx";
import { Sinks } from "./sinks.tsx";
import { Tokens } from "./tokens.tsx";

export function SettingsPage() {
  const settings = useResource<SettingsView>("/v1/settings");
  const mode = useResource<ResponseModeView>("/v1/response", findingsNews);
  // What stands above the other has to be there first.
  if ([settings, mode].some(({ loaded }) => loaded.status === "loading")) {
    return (
      <>
        <PageHead title="Settings" />
        <Loading />
      </>
    );
  }
  return (
    <>
      <PageHead title="Settings" />
      <div class="columns">
        <Arming resource={mode} />
        <LoadedView resource={settings}>
          {({ retention, stored, sinks }) => (
            <>
              <Panel title="What is kept" class="half">
                <dl class="facts body">
                  <dt>Events</dt>
                  <dd>{countOf(retention.eventsDays, "day")}</dd>
                  <dt>Runs and findings</dt>
                  <dd>{countOf(retention.runsDays, "day")}</dd>
                  <dt>Audit log</dt>
                  <dd>{countOf(retention.auditDays, "day")}</dd>
                  <dt>Older is removed</dt>
                  <dd>
                    by the schedule <code>{retention.pruneAt}</code>
                  </dd>
                  <dt>Stored</dt>
                  <dd>
                    {toBytes(stored.bytes)} of {toBytes(stored.maxBytes)}
                  </dd>
                </dl>
              </Panel>
              <Sinks sinks={sinks} />
            </>
          )}
        </LoadedView>
        {isAdmin.value && <Tokens />}
      </div>
    </>
  );
}
