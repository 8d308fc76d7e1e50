import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api/request.ts";
import { Notice } from "../../components/notices.tsx";
import { signIn } from "../../session/session.ts";

interface SignInPageProps {
  readonly why: string | undefined;
}

export function SignInPage({ why }: SignInPageProps) {
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Sign in · Runner Guard";
    field.current?.focus();
  }, []);
  const submit = async (event: TargetedEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? "";
    if (token === "" || isBusy.value) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      await signIn(token);
    } catch (error) {
      problem.value = describe(error);
      field.current?.select();
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <main class="lone">
      <form class="card sign-in" onSubmit={(event) => void submit(event)}>
        <h1>Runner Guard</h1>
        {why !== undefined && <Notice kind="info">{why}</Notice>}
        <label for="token">Operator token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          aria-describedby="token-hint"
          required
        />
        <p id="token-hint" class="hint">
          One of a viewer, a responder or an admin. The collector prints one at its first start; an
          admin makes more with <code>runner-guard-collector token add</code>.
        </p>
        {problem.value !== undefined && <Notice kind="problem">{problem.value}</Notice>}
        <button type="submit" class="primary" disabled={isBusy.value}>
          {isBusy.value ? "Signing in" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

function describe(error: unknown): string {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === "unauthorized") return "This is not an operator's token.";
  if (error.code === "forbidden") return "This is an agent's token: agents do not sign in here.";
  if (error.code === "too-fast") return "Too many tries from this address. Wait a moment.";
  return error.message;
}
