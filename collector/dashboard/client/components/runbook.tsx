import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { ApiProblem, requestText } from "../api/request.ts";
import { HostileText } from "./hostile-text.tsx";
import { Markdown } from "./markdown.tsx";
import { Panel } from "./panel.tsx";

interface RunbookProps {
  readonly text: string;
  readonly runId: string;
  /** Of the rule, in a sentence. */
  readonly advice?: string | undefined;
}

/** What to do: the project's own page, of which nothing but text is made. */
export function Runbook({ text, runId, advice }: RunbookProps) {
  return (
    <Panel title="What to do">
      {advice !== undefined && (
        <p class="advice">
          <HostileText text={advice} maxCharacters={1_000} class="prose" />
        </p>
      )}
      <Markdown text={fillIn(text, runId)} />
    </Panel>
  );
}

/** Undefined: it is not there yet, and how long it is decides where all below it stands. */
export function useRunbook(rule: string): string | undefined {
  const text = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const ending = new AbortController();
    const show = async (): Promise<void> => {
      try {
        text.value = await requestText(`/runbooks/${encodeURIComponent(rule)}`, ending.signal);
      } catch (error) {
        if (ending.signal.aborted) return;
        if (!(error instanceof ApiProblem)) throw error;
        text.value = `The runbook cannot be read: ${error.message}`;
      }
    };
    void show();
    return () => ending.abort();
  }, [rule]);
  return text.value;
}

/** Its commands are for this run and this collector: whoever copies one has nothing but the token to give. */
function fillIn(text: string, runId: string): string {
  return text
    .replaceAll("$COLLECTOR", location.origin)
    .replaceAll("$RUN", encodeURIComponent(runId))
    .replace(/^# COLLECTOR, TOKEN and .*$/m, "# TOKEN: that of an operator");
}
