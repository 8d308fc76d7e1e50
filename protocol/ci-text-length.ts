/** Agents cut what is longer. In a file without a schema, as agents without a policy load none. */
export const MAX_CI_TEXT_LENGTH = 1_024;
