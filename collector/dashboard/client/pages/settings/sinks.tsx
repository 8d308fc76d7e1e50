import { useSignal } from "@preact/signals";

import { ApiProblem, request } from "../../api/request.ts";
import type { SettingsView } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { isAdmin } from "../../session/session.ts";

interface SinksProps {
  readonly sinks: SettingsView["sinks"];
}

interface Tried {
  readonly isDelivered: boolean;
  readonly test: string;
  readonly end: string | null;
}

export function Sinks({ sinks }: SinksProps) {
  return (
    <Panel title="Who is told" class="half">
      {sinks.length === 0 ? (
        <Empty heading="Nobody is told of incidents">
          The file of <code>--alerting</code> names who is.
        </Empty>
      ) : (
        <ul class="needs history">
          {sinks.map((sink) => (
            <Sink key={sink.name} sink={sink} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Sink({ sink: { name, type, usually } }: { readonly sink: SettingsView["sinks"][number] }) {
  const tried = useSignal<Tried | undefined>(undefined);
  const isBusy = useSignal(false);
  const test = async (): Promise<void> => {
    isBusy.value = true;
    try {
      tried.value = await request("POST", `/v1/sinks/${encodeURIComponent(name)}/test`, {
        body: {},
      });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      tried.value = { isDelivered: false, test: error.message, end: null };
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <li>
      <span class="what">
        <strong>{name}</strong>
        <span class="soft">
          {type}, {usually === "pages" ? "told of what wakes somebody" : "told of everything"}
        </span>
        {tried.value !== undefined && (
          <span role="status">
            <Badge tone={tried.value.isDelivered ? "good" : "critical"}>
              {tried.value.isDelivered ? "heard" : "not heard"}
            </Badge>{" "}
            {tried.value.test}
            {tried.value.end !== null && `; its end: ${tried.value.end}`}
          </span>
        )}
      </span>
      {isAdmin.value && (
        <button
          type="button"
          disabled={isBusy.value}
          aria-label={`Test ${name}`}
          onClick={() => void test()}
        >
          {isBusy.value ? "Testing" : "Test"}
        </button>
      )}
    </li>
  );
}
