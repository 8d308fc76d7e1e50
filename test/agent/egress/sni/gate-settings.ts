import type { SniGateBounds } from "../../../../agent/egress/sni/sni-gate.ts";

export interface GateSettings {
  readonly key: string;
  readonly cert: string;
  /** Of the gate's own connections, which nothing redirects. */
  readonly mark: number;
  readonly gate: { readonly isEnforcing: boolean; readonly bounds: Partial<SniGateBounds> };
}
