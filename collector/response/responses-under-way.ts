/** The responses that are carried out now, each once. */
import type { NewResponse } from "../stores/response-store.ts";
import type { CarryOut } from "./carry-out.ts";

export interface UnderWayOptions {
  readonly carryOut: CarryOut;
  /** On disk. Throws nothing. */
  readonly onEnd: (response: NewResponse) => void;
  /** What is stored of it is to be begun again. */
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly signal: AbortSignal;
}

export interface ResponsesUnderWay {
  /** Those that somebody of this tenant has asked for. */
  countOrders(tenant: string): number;
  /** As they were begun. */
  list(): readonly NewResponse[];
  begin(response: NewResponse): void;
  /** When all that were begun are over, or left. */
  settle(): Promise<void>;
}

export function createResponsesUnderWay(options: UnderWayOptions): ResponsesUnderWay {
  const { carryOut, onEnd, onTrouble, signal } = options;
  const begun = new Map<string, { readonly response: NewResponse; readonly done: Promise<void> }>();
  const listBegun = () => [...begun.values()];
  return {
    countOrders: (tenant) =>
      listBegun().filter(({ response }) => !response.isAutomatic && response.tenant === tenant)
        .length,
    list: () => listBegun().map(({ response }) => response),
    begin(response) {
      if (signal.aborted || begun.has(response.id)) return;
      const done = carryOut(response, signal)
        .then(onEnd)
        .catch((error: unknown) => {
          if (!signal.aborted) onTrouble(`response ${response.id}`, error);
        })
        .finally(() => begun.delete(response.id));
      begun.set(response.id, { response, done });
    },
    async settle() {
      await Promise.all(listBegun().map(({ done }) => done));
    },
  };
}
