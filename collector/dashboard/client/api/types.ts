/** What the API answers, by its own schemas: types alone, so that nothing of the server is loaded. */
import type { z } from "zod";

import type { EgressInForce, GuardEvent, GuardEventOf } from "../../../../protocol/index.ts";
import type { baselineChangeSchema } from "../../../api/baseline-change-view.ts";
import type { baselineSchema, ListedBaselineView } from "../../../api/baseline-view.ts";
import type { FindingView } from "../../../api/finding-view.ts";
import type { incidentDetailSchema, incidentViewSchema } from "../../../api/incident-view.ts";
import type { JobOfRun } from "../../../api/job-of-run.ts";
import type { responseViewSchema } from "../../../api/response-view.ts";
import type { modeSchema } from "../../../api/routes/response-mode.ts";
import type { sessionViewSchema } from "../../../api/routes/session.ts";
import type { settingsSchema } from "../../../api/routes/settings.ts";
import type { chainSchema } from "../../../api/routes/show-chain.ts";
import type { overviewSchema } from "../../../api/routes/show-overview.ts";
import type { policyInForceSchema } from "../../../api/routes/show-policy-in-force.ts";
import type { suggestionSchema } from "../../../api/routes/suggest-policy.ts";
import type { newTokenSchema, tokenSchema } from "../../../api/routes/tokens.ts";
import type { runViewSchema } from "../../../api/run-view.ts";

export type { EgressInForce, FindingView, GuardEvent, GuardEventOf, ListedBaselineView };
export type RunView = z.infer<typeof runViewSchema>;
export type IncidentView = z.infer<typeof incidentViewSchema>;
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;
export type BaselineView = z.infer<typeof baselineSchema>;
export type BaselineChangeView = z.infer<typeof baselineChangeSchema>;
export type ResponseView = z.infer<typeof responseViewSchema>;
export type ListedResponse = ResponseView & { readonly job: JobOfRun | null };
export type OverviewView = z.infer<typeof overviewSchema>;
export type ChainView = z.infer<typeof chainSchema>;
export type ResponseModeView = z.infer<typeof modeSchema>;
export type SettingsView = z.infer<typeof settingsSchema>;
export type PolicyInForceView = z.infer<typeof policyInForceSchema>;
export type SuggestionView = z.infer<typeof suggestionSchema>;
export type TokenView = z.infer<typeof tokenSchema>;
export type NewTokenView = z.infer<typeof newTokenSchema>;
export type SessionView = z.infer<typeof sessionViewSchema>;

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
