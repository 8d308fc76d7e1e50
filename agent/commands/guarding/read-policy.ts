import type { Policy } from "../../../protocol/index.ts";

/** Without a file there is no policy: everything is allowed. Loaded only where needed, for it takes time. */
export async function readPolicy(
  path: string | undefined,
  warn: (message: string) => void,
): Promise<Policy | null> {
  if (path === undefined) return null;
  const { loadPolicy } = await import("../../policy/load-policy.ts");
  const { policy, warnings } = loadPolicy(path);
  for (const { message } of warnings) warn(message);
  return policy;
}
