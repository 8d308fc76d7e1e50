import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedEvent } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { ApiProblem } from "../api/request.ts";
import { Notice } from "./notices.tsx";

interface DialogProps {
  readonly title: string;
  /** On the button that does it. */
  readonly deed: string;
  readonly isGrave?: boolean;
  readonly onClose: () => void;
  /** Throws `ApiProblem`. */
  readonly onDo: (said: FormData) => Promise<void>;
  readonly children: ComponentChildren;
}

/** Asks for what has to be said before something is done, and does it. */
export function Dialog({ title, deed, isGrave = false, onClose, onDo, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const submit = async (event: TargetedEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      const said = new FormData(event.currentTarget);
      await onDo(said);
      lastOwner = readField(said, "owner") || lastOwner;
      dialog.current?.close();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.message;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={id}>{title}</h2>
        {children}
        {problem.value !== undefined && <Notice kind="problem">{problem.value}</Notice>}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={isGrave ? "grave" : "primary"} disabled={isBusy.value}>
            {deed}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind?: "text" | "lines" | "date";
  readonly value?: string;
  readonly maxLength?: number;
}

export function Field({ name, label, hint, kind = "text", value = "", maxLength }: FieldProps) {
  const id = useId();
  const common = { id, name, required: true, ...(maxLength !== undefined && { maxLength }) };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === "lines" && <textarea {...common} defaultValue={value} />}
      {kind === "text" && <input {...common} type="text" defaultValue={value} autocomplete="off" />}
      {kind === "date" && <input {...common} type="date" defaultValue={value} />}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

let lastOwner = "";

/** Tokens have no names: who it was that did something is typed once. */
export function OwnerField() {
  return <Field name="owner" label="Who sees to it" maxLength={128} value={lastOwner} />;
}

/** As it was typed, without white space around it. */
export function readField(said: FormData, name: string): string {
  const value = said.get(name);
  return typeof value === "string" ? value.trim() : "";
}
