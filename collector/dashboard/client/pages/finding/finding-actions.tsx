import { useSignal } from "@preact/signals";

import { request } from "../../api/request.ts";
import type { FindingView } from "../../api/types.ts";
import { Dialog, Field, OwnerField, readField } from "../../components/dialog.tsx";
import { mayRespond } from "../../session/session.ts";

interface FindingActionsProps {
  readonly finding: FindingView;
  readonly onDone: () => void;
}

const DEEDS = {
  acknowledge: { name: "Acknowledge", what: "Somebody has seen to this one." },
  expected: {
    name: "Mark expected",
    what: "It becomes part of the job's baseline: this one and all alike are settled, and later runs have none.",
  },
  suppress: {
    name: "Suppress",
    what: "Nobody is told of it until that day, nor of any finding of this job with the same rule and the same words.",
  },
  reopen: { name: "Reopen", what: "What was said of it is taken back, and its suppression." },
} as const;
type Deed = keyof typeof DEEDS;

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const DAY_LENGTH = "2026-01-31".length;

/** A baseline can expect what it has found itself. */
const OF_BASELINES: ReadonlySet<string> = new Set([
  "new-destination",
  "new-process",
  "volume-outlier",
  "duration-outlier",
]);

function listDeeds({ state, madeBy, rule }: FindingView): readonly Deed[] {
  if (state === "suppressed" || state === "expected") return ["reopen"];
  const isAnomaly = madeBy === "collector" && OF_BASELINES.has(rule);
  return [
    ...(state === "open" ? (["acknowledge"] as const) : []),
    ...(isAnomaly ? (["expected"] as const) : []),
    "suppress",
    ...(state === "open" ? [] : (["reopen"] as const)),
  ];
}

export function FindingActions({ finding, onDone }: FindingActionsProps) {
  const asked = useSignal<Deed | undefined>(undefined);
  const deed = asked.value;
  if (!mayRespond.value) return null;
  const doIt = async (what: Deed, said: FormData): Promise<void> => {
    const body = {
      ...(what !== "reopen" && {
        owner: readField(said, "owner"),
        reason: readField(said, "reason"),
      }),
      ...(what === "suppress" && { until: readField(said, "until") }),
    };
    await request("POST", `/v1/findings/${encodeURIComponent(finding.id)}/${what}`, { body });
    onDone();
  };
  return (
    <div class="actions">
      {listDeeds(finding).map((one) => (
        <button
          key={one}
          type="button"
          onClick={() => {
            asked.value = one;
          }}
        >
          {DEEDS[one].name}
        </button>
      ))}
      {deed !== undefined && (
        <Dialog
          title={DEEDS[deed].name}
          deed={DEEDS[deed].name}
          onClose={() => {
            asked.value = undefined;
          }}
          onDo={(said) => doIt(deed, said)}
        >
          <p>{DEEDS[deed].what}</p>
          {deed !== "reopen" && (
            <>
              <OwnerField />
              <Field name="reason" label="Why" kind="lines" maxLength={400} />
            </>
          )}
          {deed === "suppress" && (
            <Field
              name="until"
              label="Until"
              kind="date"
              value={toUsualEnd()}
              hint="At most a year from now."
            />
          )}
        </Dialog>
      )}
    </div>
  );
}

function toUsualEnd(): string {
  return new Date(Date.now() + USUAL_DAYS * DAY_MS).toISOString().slice(0, DAY_LENGTH);
}
