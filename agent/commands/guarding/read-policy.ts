import type { Policy } from "../../../protocol/index.ts";

/** Without a file there is no policy: everything is allowed. What reads one is loaded only where needed, for it takes time. */
export async function readPolicy(
  path: string | undefined,
  warn: (message: string) => void,
): Promise<Policy | null> {
  if (path === undefined) return null;
  const { readPolicyText } = await import("../../policy/policy-text.ts");
  const text = readPolicyText(path);
  if (text.startsWith("{")) {
    const { parsePlainPolicy } = await import("../../policy/plain-policy.ts");
    const plain = parsePlainPolicy(text);
    if (plain !== undefined) return plain;
  }
  const { parsePolicy } = await import("../../policy/parse-policy.ts");
  const { policy, warnings } = parsePolicy(text, path);
  for (const { message } of warnings) warn(message);
  return policy;
}
