import { useSignal } from "@preact/signals";

import { request } from "../../api/request.ts";
import type { ResponseModeView } from "../../api/types.ts";
import type { Resource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { Dialog, Field, readField } from "../../components/dialog.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { isAdmin } from "../../session/session.ts";

interface ArmingProps {
  readonly resource: Resource<ResponseModeView>;
}

/** Whether rules kill by themselves. */
export function Arming({ resource }: ArmingProps) {
  return (
    <Panel title="Responses of rules" class="half">
      <LoadedView resource={resource}>
        {(mode) => <Mode mode={mode} onDone={resource.reload} />}
      </LoadedView>
    </Panel>
  );
}

interface ModeProps {
  readonly mode: ResponseModeView;
  readonly onDone: () => void;
}

function Mode({ mode: { mode, by, reason, at }, onDone }: ModeProps) {
  const isAsked = useSignal(false);
  const isArmed = mode === "armed";
  const deed = isArmed ? "Disarm" : "Arm";
  return (
    <div class="body stack">
      <p>
        <Badge tone={isArmed ? "critical" : "plain"}>{isArmed ? "armed" : "dry run"}</Badge>{" "}
        {isArmed
          ? "What rules ask for is done: jobs and pods are ended."
          : "What rules ask for is recorded, and nothing is ended. People can end runs all the same."}
      </p>
      {by !== null && at !== null && (
        <p class="soft">
          By {by}, <Time at={at} />: <HostileText text={reason ?? ""} class="prose" />
        </p>
      )}
      {isAdmin.value && (
        <p>
          <button
            type="button"
            class={isArmed ? "" : "grave"}
            onClick={() => {
              isAsked.value = true;
            }}
          >
            {deed}
          </button>
        </p>
      )}
      {isAsked.value && (
        <Dialog
          title={`${deed} responses`}
          deed={deed}
          isGrave={!isArmed}
          onClose={() => {
            isAsked.value = false;
          }}
          onDo={async (said) => {
            const body = { mode: isArmed ? "dry-run" : "armed", reason: readField(said, "reason") };
            await request("PUT", "/v1/response", { body });
            onDone();
          }}
        >
          <p>
            {isArmed
              ? "From then on, what rules ask for is recorded, and nothing is ended."
              : "From then on, findings of rules that ask for it end jobs and pods, and nobody is asked before."}
          </p>
          <Field name="reason" label="Why" kind="lines" maxLength={400} />
        </Dialog>
      )}
    </div>
  );
}
