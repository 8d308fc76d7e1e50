import { SHAPES } from "../../redact/shapes/shapes.ts";

interface RuleDescription {
  /** What was found, without an article. */
  readonly title: string;
  readonly help: string;
}

const WHAT_TO_DO =
  "Whoever could read the log has it: revoke it where it was issued, and issue another. Then find what printed it, and delete the log.";

/** Of rules that are no vendor's. */
const TITLES: Readonly<Record<string, string>> = {
  "known-value": "Value that was given as secret",
  "masked-value": "Value that the log itself says is to be masked",
  "start-of-secret": "Start of a secret at the end of the log",
  "assigned-secret": "Secret that is assigned to a name such as password",
  "aws-secret-access-key": "AWS secret access key",
  "authorization-header": "Credentials in an Authorization header",
  "command-line-secret": "Password on a command line",
  "connection-string": "Password in a connection string",
  cookie: "Value of a cookie",
  "database-password": "Password of a database's user",
  "docker-auth": "Credentials of a docker configuration",
  netrc: "Password of a .netrc file",
  "private-key": "Private key",
  "secret-flagged-json": "Value that a runner's JSON marks as secret",
  "signed-url": "Signature of a URL",
  "url-credentials": "Password in a URL",
};

const titles = new Map([
  ...Object.entries(TITLES),
  ...SHAPES.map(({ id, name }) => [id, name] as const),
]);

export function describeRule(rule: string): RuleDescription {
  const title = titles.get(rule) ?? `Secret of the kind ${rule}`;
  return { title, help: `${title}. ${WHAT_TO_DO}` };
}
