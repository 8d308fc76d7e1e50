/** So that a rule that is wrong cannot take a fleet down. In a file without a schema, as agents without a policy load none. */
export const DEFAULT_KILLS_PER_MINUTE = 5;
