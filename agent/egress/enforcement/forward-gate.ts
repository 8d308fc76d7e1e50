/** A second gate, for questions from behind the namespace: those of containers come in by a bridge. */
import type { GuardScope } from "../../../protocol/index.ts";
import type { FamilyPorts } from "../nftables/ruleset-plan.ts";
import { toFamilyPorts } from "./family-ports.ts";
import { type NamesGateOptions, startNamesGate } from "./names-gate.ts";

/**
 * The kernel redirects to the address of the device that a question came by, which may be one that is made later on. The
 * gate for programs of the namespace itself cannot be this one: over UDP they would be answered from another address than
 * the one that they were redirected to.
 */
const LISTEN = [
  { ip: "0.0.0.0", port: 0 },
  { ip: "::", port: 0 },
];

export interface ForwardGate extends AsyncDisposable {
  /** Undefined where nothing is forwarded: a command's own sockets are all there is. */
  readonly ports: FamilyPorts | undefined;
}

export type ForwardGateStart =
  | { readonly status: "listening"; readonly gate: ForwardGate }
  | { readonly status: "failed"; readonly reason: string };

export async function startForwardGate(
  scope: GuardScope,
  options: Omit<NamesGateOptions, "listen">,
): Promise<ForwardGateStart> {
  if (scope === "command") return { status: "listening", gate: NO_GATE };
  const start = await startNamesGate({ ...options, listen: LISTEN });
  if (start.status === "failed") return start;
  const { gate } = start;
  return {
    status: "listening",
    gate: {
      ports: toFamilyPorts(gate),
      [Symbol.asyncDispose]: () => gate[Symbol.asyncDispose](),
    },
  };
}

const NO_GATE: ForwardGate = {
  ports: undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
