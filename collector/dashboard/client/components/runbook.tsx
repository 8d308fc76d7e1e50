import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { ApiProblem, requestText } from "../api/request.ts";
import { Markdown } from "./markdown.tsx";
import { Panel } from "./panel.tsx";

interface RunbookProps {
  readonly rule: string;
}

/** What to do: the project's own page, of which nothing but text is made. */
export function Runbook({ rule }: RunbookProps) {
  const text = useSignal("");
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
  return (
    <Panel title="What to do">
      <Markdown text={text.value} />
    </Panel>
  );
}
