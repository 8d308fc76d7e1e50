import type { TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { goTo, place, withQuery } from "../navigation/place.ts";

export type Filter =
  | { readonly name: string; readonly label: string; readonly kind: "text"; readonly hint: string }
  | { readonly name: string; readonly label: string; readonly kind: "day" }
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: "choice";
      readonly choices: readonly string[];
    };

interface FilterBarProps {
  readonly filters: readonly Filter[];
}

/** While somebody types. */
const SETTLED_MS = 250;

/** What of a list is shown: all of it is in the address. */
export function FilterBar({ filters }: FilterBarProps) {
  const names = filters.map(({ name }) => name);
  const isFiltered = names.some((name) => place.value.query.has(name));
  const clear = Object.fromEntries(["cursor", ...names].map((name) => [name, undefined]));
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {filters.map((filter) => (
        <FilterField key={filter.name} filter={filter} />
      ))}
      <button
        type="button"
        class="quiet"
        disabled={!isFiltered}
        onClick={() => goTo(withQuery(clear))}
      >
        Clear
      </button>
    </form>
  );
}

function FilterField({ filter }: { readonly filter: Filter }) {
  const { name, label } = filter;
  const value = place.value.query.get(name) ?? "";
  const id = `filter-${name}`;
  return (
    <div class={`filter ${filter.kind}`}>
      <label for={id}>{label}</label>
      {filter.kind === "choice" && (
        <select id={id} value={value} onChange={(event) => apply(name, event.currentTarget.value)}>
          <option value="">{name === "sort" ? "newest" : "any"}</option>
          {filter.choices
            .filter((choice) => name !== "sort" || choice !== "newest")
            .map((choice) => (
              <option key={choice} value={choice}>
                {choice.replaceAll("-", " ")}
              </option>
            ))}
        </select>
      )}
      {filter.kind === "day" && (
        <input
          id={id}
          type="date"
          value={value}
          onChange={(event) => apply(name, event.currentTarget.value)}
        />
      )}
      {filter.kind === "text" && (
        <TextFilter id={id} value={value} hint={filter.hint} name={name} />
      )}
    </div>
  );
}

interface TextFilterProps {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly hint: string;
}

function TextFilter({ id, name, value, hint }: TextFilterProps) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Who is typing is not interrupted by what he typed before.
    if (field.current !== null && document.activeElement !== field.current)
      field.current.value = value;
  }, [value]);
  const onInput = (event: TargetedEvent<HTMLInputElement>): void => {
    const typed = event.currentTarget.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(name, typed), SETTLED_MS);
  };
  return (
    <input
      id={id}
      ref={field}
      type="search"
      defaultValue={value}
      placeholder={hint}
      autocomplete="off"
      spellcheck={false}
      onInput={onInput}
    />
  );
}

function apply(name: string, value: string): void {
  goTo(withQuery({ [name]: value, cursor: undefined }), { replace: true });
}
