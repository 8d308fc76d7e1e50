/** What the API has at an address: loaded when it is shown, and again when something changed. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { ApiProblem, request } from "./request.ts";

export type Loaded<Value> =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly problem: ApiProblem }
  /** `fault`: it could not be loaded again, and may be out of date. */
  | { readonly status: "ready"; readonly value: Value; readonly fault: ApiProblem | undefined };

export interface Resource<Value> {
  readonly loaded: Loaded<Value>;
  readonly reload: () => void;
}

/** Again at once after the first news, and then so seldom. */
const RELOAD_EACH_MS = 1_000;

/** `changes`: a number that is another one when there is something new. */
export function useResource<Value>(
  address: string,
  changes?: ReadonlySignal<number>,
): Resource<Value> {
  const loaded = useSignal<Loaded<Value>>({ status: "loading" });
  const shown = useRef(address);
  const reloading = useRef<() => void>(() => undefined);
  const news = changes?.value;
  if (shown.current !== address) {
    shown.current = address;
    loaded.value = { status: "loading" };
  }
  // Other effects wait until the page was painted, and what is asked for is waited for.
  useLayoutEffect(() => {
    const loader = createLoader<Value>(address, loaded);
    reloading.current = loader.reload;
    loader.reload();
    return loader.end;
  }, [address]);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else reloading.current();
  }, [news]);
  return { loaded: loaded.value, reload: () => reloading.current() };
}

interface Loader {
  readonly reload: () => void;
  readonly end: () => void;
}

function createLoader<Value>(address: string, loaded: { value: Loaded<Value> }): Loader {
  const ending = new AbortController();
  let isLoading = false;
  let isAskedAgain = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = async (): Promise<void> => {
    isLoading = true;
    lastAt = performance.now();
    try {
      const isUnasked = loaded.value.status === "ready";
      const value = await request<Value>("GET", address, { signal: ending.signal, isUnasked });
      loaded.value = { status: "ready", value, fault: undefined };
    } catch (error) {
      if (ending.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      const { value: before } = loaded;
      loaded.value =
        before.status === "ready"
          ? { ...before, fault: error }
          : { status: "failed", problem: error };
    } finally {
      isLoading = false;
    }
    if (isAskedAgain) ask();
  };
  const ask = (): void => {
    isAskedAgain = isLoading;
    if (isLoading || timer !== undefined || ending.signal.aborted) return;
    const waitMs = Math.max(0, lastAt + RELOAD_EACH_MS - performance.now());
    if (waitMs === 0) void load();
    else
      timer = setTimeout(() => {
        timer = undefined;
        void load();
      }, waitMs);
  };
  return {
    reload: ask,
    end() {
      clearTimeout(timer);
      ending.abort();
    },
  };
}
