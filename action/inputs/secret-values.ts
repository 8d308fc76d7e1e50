import { parseJson } from "../../agent/parse-json.ts";
import type { Inputs } from "./read-inputs.ts";

/** Each by itself: strings of a JSON object, as `toJSON(secrets)` writes it, or lines. */
export function toSecretValues({ secrets, token }: Pick<Inputs, "secrets" | "token">): string[] {
  const parsed = /^[[{]/.test(secrets) ? parseJson(secrets) : undefined;
  const values =
    typeof parsed === "object" && parsed !== null
      ? Object.values(parsed).filter((value) => typeof value === "string")
      : secrets.split(/\r?\n/);
  return [...new Set([...values, token])].filter((value) => value.trim() !== "");
}
