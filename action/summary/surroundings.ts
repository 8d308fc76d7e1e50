import type { FailOn } from "../../protocol/index.ts";

/** What a summary is made with besides the report. */
export interface Surroundings {
  /** What GitHub still takes for this step's summary: 1 MiB less what is in the file. */
  readonly maxBytes: number;
  /** Empty for `none`. */
  readonly failOn: readonly FailOn[];
  /** GITHUB_WORKSPACE, where there is one. */
  readonly workspace: string | undefined;
  /** Sentences on why the guard was less than what was asked for, as the action knows it and no report says: no sudo, say. */
  readonly degraded: readonly string[];
  /** Sentences on what nobody watched and that is no fault of anybody's: what ran before the guard did. */
  readonly notSeen: readonly string[];
  /** Where the pages of the rules are: `https://github.com/OWNER/REPOSITORY/blob/v1/docs/rules`. Without it there are no links. */
  readonly rulesUrl?: string | undefined;
}
