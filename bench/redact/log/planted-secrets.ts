import { ALPHANUMERIC, BASE64, BASE64URL, DIGITS, type Random } from "../random.ts";

/** One line that holds a secret, random but for its prefix. */
export function toLineWithSecret(random: Random): string {
  const alphanumeric = (length: number): string => random.text(ALPHANUMERIC, length);
  return random.pick([
    () =>
      `Authorization: Bearer eyJ${alphanumeric(33)}.eyJ${alphanumeric(60)}.${random.text(BASE64URL, 43)}`,
    () => `+ curl -sS -H 'X-Token: ghp_${alphanumeric(36)}' https://api.github.com/user`,
    () => `remote: https://deploy:${alphanumeric(24)}@git.example.com/app.git`,
    () => `  "access_key": "AKIA${random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}",`,
    () => `export DATABASE_PASSWORD=${alphanumeric(20)}`,
    () =>
      `SLACK_TOKEN=xoxb-${random.text(DIGITS, 12)}-${random.text(DIGITS, 12)}-${alphanumeric(24)}`,
    () => `token in base64: ${Buffer.from(`ghs_${alphanumeric(36)}`).toString("base64")}`,
    () => `AccountKey=${random.text(BASE64, 86)}==;EndpointSuffix=core.windows.net`,
  ])();
}
