/**
 * Names of environment variables whose values are secrets where policy does not say. In a file without a schema, so that an
 * agent without a policy need not load one.
 */
export const DEFAULT_SECRET_VARIABLES = ["*TOKEN*", "*SECRET*", "*PASSWORD*", "*_KEY"] as const;
