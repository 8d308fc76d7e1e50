import { describe, expect, test } from "vitest";

import { createAssignedSecretDetector } from "../../../../agent/redact/structures/assignment/assigned-secret.ts";
import { maskWith } from "../../../../test/support/redact/reference-scan.ts";

const detectors = [createAssignedSecretDetector()];
const TOKEN = ["aB3dE5", "gH7jK9", "mN1p"].join("");
const UUID = ["4f2a9b1c", "7d5e", "4f40", "8a6b", "2e9d7c1f3a5b"].join("-");
const PASSWORD = ["hunter", "22"].join("");

function mask(text: string): string {
  return maskWith(detectors, text);
}

describe("a value behind a name that says so is masked", () => {
  test.each([
    [`password=${PASSWORD}`, "password=***"],
    [`password=password=${PASSWORD}`, "password=password=***"],
    [`passwd: ${PASSWORD}`, "passwd: ***"],
    [`DB_PASSWORD="correct horse 9battery"`, `DB_PASSWORD="***"`],
    [`{"password":"a\\"b9cX\\\\","user":"x"}`, `{"password":"***","user":"x"}`],
    [
      `{"log":"{\\"apiKey\\":\\"${TOKEN}\\",\\"b\\":1}"}`,
      `{"log":"{\\"apiKey\\":\\"***\\",\\"b\\":1}"}`,
    ],
    [`{"password": 12345678}`, `{"password": ***}`],
    [`export API_TOKEN='${TOKEN}'`, "export API_TOKEN='***'"],
    [`$env:CLIENT_SECRET = "${TOKEN}"`, `$env:CLIENT_SECRET = "***"`],
    [`ENV NPM_TOKEN=${TOKEN}`, "ENV NPM_TOKEN=***"],
    [`client-secret: ${TOKEN} # mine`, "client-secret: *** # mine"],
    [`secret => '${TOKEN}',`, "secret => '***',"],
    [`password: str = "${PASSWORD}"`, `password: str = "***"`],
    [`api_key := "${TOKEN}"`, `api_key := "***"`],
    [`config["password"] = "${PASSWORD}"`, `config["password"] = "***"`],
    [`password: |\n  ${PASSWORD}\nnext: 1`, "password: |\n  ***\nnext: 1"],
    [`X-Api-Key: ${TOKEN}`, "X-Api-Key: ***"],
    [`-H "Private-Token: ${TOKEN}" -o x`, `-H "Private-Token: ***" -o x`],
    [
      `Server=x;User Id=sa;Password=Str0ng!Pass;Encrypt=true`,
      "Server=x;User Id=sa;Password=***;Encrypt=true",
    ],
    [`AccountKey=${TOKEN}==;EndpointSuffix=x`, "AccountKey=***;EndpointSuffix=x"],
    [`?access_token=${TOKEN}&x=1`, "?access_token=***&x=1"],
    [`login(user=x, password=${PASSWORD})`, "login(user=x, password=***)"],
    [`--token=${TOKEN} --verbose`, "--token=*** --verbose"],
    [`secret_access_key = ${TOKEN}/${TOKEN}`, "secret_access_key = ***"],
    ["password=Summer2026!", "password=***"],
    ["DB_PASS=Tr0ub4dor&3", "DB_PASS=***"],
    ["password: kX9#mQ2$vL5@", "password: ***"],
    ["password=ab12[cd]34EF", "password=***"],
    ["password=(k9X!mQ2v", "password=***"],
    ["password=%sUp3rS3cret!", "password=***"],
    ["password=$ecret123!", "password=***"],
    [`password: ${UUID}`, "password: ***"],
    ["password=36756705-4609-43d3-9898-ab6a805d82ce", "password=***"],
    ["password=lrV.Lrv2._Yj", "password=***"],
    ["password=ec1wsahhtY==ve", "password=***"],
    ["password=PKzKg?75?.yb^o", "password=***"],
    [`{"secret":"${UUID}"}`, `{"secret":"***"}`],
    [`db:secret:${TOKEN}`, "db:secret:***"],
    [`npm_authToken=${TOKEN}`, "npm_authToken=***"],
    [`master_pass=${PASSWORD}`, "master_pass=***"],
    [`token: 0x${"4f2a9b1c".repeat(4)}`, "token: ***"],
  ])("%s", (text, masked) => {
    expect(mask(text)).toBe(masked);
  });
});

describe("a value that is no secret stays", () => {
  test.each([
    "password == 'hunter22'",
    "password: must be at least 8 characters",
    "token: string",
    "Unexpected token: punc (})",
    "password=***",
    "token=[redacted:assigned-secret:0123456789abcdef]",
    "password=${DB_PASSWORD}",
    "password=$(cat /run/secrets/p1)",
    "password: {{ vault_password1 }}",
    "password=<your-password-1>",
    "token = getToken2(12)",
    "this.password=e.password1,t.x=1",
    "PWD=/home/runner/work/app9",
    "private_key: /etc/ssl/private/key1.pem",
    `"token_type":"bearer"`,
    `"nextToken": "${TOKEN}${TOKEN}"`,
    `cache-key: node-cache-Linux-x64-npm-${TOKEN}`,
    `public_key: ${TOKEN}${TOKEN}`,
    "base-passwd:amd64 (3.6.1)",
    "libsecret-1-0=0.21.4-1build3",
    `"js-tokens": "^4.0.0"`,
    "token: 2024-01-02T03:04:05Z",
    "secret: default-tls-config",
    "readonly STENCIL_BACK_PASS_DEPTH_PASS: 0x0B96;",
    "Token: 0x7ffd5e8a9c20",
    "num_pass=12345678",
    "-e '/^passwd:[^#]*\\s(systemd)(\\s|#|$)'",
    "sed '/^passwd:\\s.*#/ s/#/ systemd #/'",
    "(p).pws.pw_passwd = (p).pws.pw_name + (p).len + 1;",
    "token: regexGroups[idx] || match,",
    "self.password = config['password']",
    `self.password = options["password"],`,
    "password = auth[2]",
    "comment_token = line[pos:].rstrip('\\r\\n')",
    "password: Optional[HiddenText]",
    "user_passwd = unquote(user_passwd)",
    `user_pass = (self.username + ":" + self.password)`,
    "$token = $self->$handler($line);",
    "bind($this->{ds}, password => $this->{bindpasswd});",
    `print STDERR "Token: ", $token->dump, "\\n";`,
    `'Unknown TAP token: "' . $unk->raw . '"'`,
    `print(f"password={password!r}")`,
    "__author__ = 'R. Oudkerk (r.m.oudkerk@gmail.com)'",
    "master_password = (sensitive value)",
    `\\fB\\-\\-passwd=FICHERO\\fP`,
    "SECRET_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:MySecret-a1b2c3",
    "Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
    "password: ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIBajCCAWYCAQAx]",
    "password: vault:secret/data/db9#password",
  ])("%s", (text) => {
    expect(mask(text)).toBe(text);
  });
});
