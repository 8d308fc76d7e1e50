export * from "./ci-context.ts";
export * from "./connect-results.ts";
export * from "./events.ts";
export * from "./policy.ts";
export * from "./primitives.ts";
export * from "./report.ts";
export * from "./user-rule.ts";
