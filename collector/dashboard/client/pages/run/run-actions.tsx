import { useSignal } from "@preact/signals";

import { request } from "../../api/request.ts";
import type { ResponseView, RunView } from "../../api/types.ts";
import { Dialog, Field, readField } from "../../components/dialog.tsx";
import { Notice } from "../../components/notices.tsx";
import { mayRespond } from "../../session/session.ts";

interface RunActionsProps {
  readonly run: RunView;
}

type Action = ResponseView["action"];

const ACTIONS: Readonly<Record<Action, { readonly name: string; readonly what: string }>> = {
  "kill-job": {
    name: "Kill the job",
    what: "The guard ends the job's processes, and the runner sees it fail.",
  },
  "cancel-run": {
    name: "Cancel the workflow run",
    what: "All jobs of this workflow run at GitHub are cancelled.",
  },
  "quarantine-pod": {
    name: "Quarantine the pod",
    what: "The pod is cut off from the network and stays, to be looked at.",
  },
  "kill-pod": {
    name: "Delete the pod",
    what: "The pod is deleted, with everything that runs in it.",
  },
};

/** What can be ended depends on who vouches for the run. */
function listActions({ state, identity, ci }: RunView): readonly Action[] {
  if (state === "over") return [];
  const isPod = identity?.kind === "kubernetes";
  const isWorkflow = identity !== null && ci?.provider === "github-actions";
  return [
    "kill-job",
    ...(isWorkflow ? (["cancel-run"] as const) : []),
    ...(isPod ? (["quarantine-pod", "kill-pod"] as const) : []),
  ];
}

export function RunActions({ run }: RunActionsProps) {
  const asked = useSignal<Action | undefined>(undefined);
  const done = useSignal<string | undefined>(undefined);
  const respond = async (action: Action, said: FormData): Promise<void> => {
    const { summary } = await request<ResponseView>(
      "POST",
      `/v1/runs/${encodeURIComponent(run.id)}/respond`,
      { body: { action, reason: readField(said, "reason") } },
    );
    done.value = summary;
  };
  const action = asked.value;
  return (
    <div class="actions">
      {done.value !== undefined && <Notice kind="done">{done.value}</Notice>}
      {mayRespond.value &&
        listActions(run).map((one) => (
          <button
            key={one}
            type="button"
            class="grave"
            onClick={() => {
              asked.value = one;
            }}
          >
            {ACTIONS[one].name}
          </button>
        ))}
      <a class="button" href={`/v1/runs/${encodeURIComponent(run.id)}/export`} download>
        Export
      </a>
      {action !== undefined && (
        <Dialog
          title={ACTIONS[action].name}
          deed={ACTIONS[action].name}
          isGrave
          onClose={() => {
            asked.value = undefined;
          }}
          onDo={(said) => respond(action, said)}
        >
          <p>{ACTIONS[action].what}</p>
          <Field
            name="reason"
            label="Why"
            kind="lines"
            maxLength={400}
            hint="Kept in the audit log, and told to the guard."
          />
        </Dialog>
      )}
    </div>
  );
}
