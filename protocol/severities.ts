/** From the least to the gravest. In a file without a schema, as the command line names them and loads none. */
export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
