/**
 * What is protected where policy does not say. Files that a later step, or the next person to use the checkout, runs
 * without having asked for it. In a file without a schema, so that an agent without a policy need not load one.
 */
export const DEFAULT_PROTECTED_FILES = ["**/.git/hooks/**", "**/.github/workflows/**"] as const;
