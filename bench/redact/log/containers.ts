import { ALPHANUMERIC, BASE64, HEX } from "../random.ts";
import { blue } from "./colours.ts";
import type { Speaker } from "./speaker.ts";
import { identifier, milliseconds, noun, sha256, uuid, version } from "./words.ts";

export const dockerBuild: Speaker = (random, say) => {
  for (let step = 1; step < 6 + random.below(12); step++) {
    say(
      `#${step} [build ${step}/18] RUN --mount=type=cache,target=/root/.cache apk add --no-cache ${noun(random)}-dev`,
    );
    say(
      `#${step} sha256:${sha256(random)} ${milliseconds(random)}MB / ${milliseconds(random)}MB ${milliseconds(random)}s`,
    );
    for (let line = random.below(8); line > 0; line--)
      say(
        `#${step} ${milliseconds(random)} (${line}/90) Installing lib${noun(random)} (${version(random)}-r${random.below(5)})`,
      );
    say(`#${step} DONE ${milliseconds(random)}s`);
  }
  say(`#20 exporting manifest sha256:${sha256(random)} done`);
  say(`#20 naming to ghcr.io/example/${noun(random)}:${version(random)} done`);
};

export const dockerPull: Speaker = (random, say) => {
  for (let layer = 4 + random.below(12); layer > 0; layer--) {
    const name = random.text(HEX, 12);
    say(`${name}: Pulling fs layer`);
    say(`${name}: Verifying Checksum`);
    say(`${name}: Download complete`);
    say(`${name}: Pull complete`);
  }
  say(`Digest: sha256:${sha256(random)}`);
};

export const kubernetes: Speaker = (random, say) => {
  for (let pod = 5 + random.below(20); pod > 0; pod--)
    say(
      `${noun(random)}-${noun(random)}-${random.text(HEX, 10)}-${random.text(ALPHANUMERIC.slice(0, 26), 5)}   1/1     Running   0          ${random.below(90)}d   10.42.${random.below(255)}.${random.below(255)}`,
    );
  say(`secret/${noun(random)}-credentials unchanged`);
  say(`serviceaccount/${noun(random)} configured`);
};

export const jsonLog: Speaker = (random, say) => {
  for (let line = 4 + random.below(20); line > 0; line--)
    say(
      `{"level":"info","time":17${random.below(99)}0000000${random.below(999)},"pid":${random.below(30_000)},"hostname":"runner-${random.text(HEX, 6)}","reqId":"${uuid(random)}","req":{"method":"GET","url":"/api/v1/${noun(random)}?page=${random.below(90)}&${noun(random)}=${noun(random)}","headers":{"user-agent":"curl/8.5.0","authorization":"[Redacted]"}},"responseTime":${milliseconds(random)},"msg":"request completed"}`,
    );
};

export const accessLog: Speaker = (random, say) => {
  for (let line = 4 + random.below(30); line > 0; line--)
    say(
      `10.0.${random.below(255)}.${random.below(255)} - - [12/Jan/2026:09:12:${10 + random.below(49)} +0000] "POST /${noun(random)}/${noun(random)}%20${noun(random)}%2F${random.below(99)}?next=https%3A%2F%2Fexample.com%2F${noun(random)} HTTP/1.1" 200 ${random.below(90_000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
    );
};

export const curlVerbose: Speaker = (random, say) => {
  const host = `${noun(random)}.example.com`;
  say(`*   Trying 93.184.${random.below(255)}.${random.below(255)}:443...`);
  say(`* Connected to ${host} (93.184.215.14) port 443`);
  say("* TLSv1.3 (OUT), TLS handshake, Client hello (1):");
  say("* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519 / RSASSA-PSS");
  say("* Server certificate:");
  say(`*  subject: CN=${host}`);
  say(`> GET /${noun(random)}/${noun(random)} HTTP/2`);
  say(`> Host: ${host}`);
  say("> User-Agent: curl/8.5.0");
  say("< HTTP/2 200");
  say(`< etag: W/"${random.text(HEX, 32)}"`);
  say(`< x-request-id: ${uuid(random)}`);
  say(`< x-amz-cf-id: ${random.text(BASE64.replace("/", "-"), 54)}==`);
  say(
    `< content-security-policy: default-src 'none'; script-src 'self' 'sha256-${random.text(BASE64, 43)}='`,
  );
};

export const terraform: Speaker = (random, say) => {
  for (let block = 1 + random.below(4); block > 0; block--) {
    say(`  # aws_${noun(random)}.${identifier(random)} will be created`);
    say(`  + resource "aws_${noun(random)}" "${identifier(random)}" {`);
    for (let line = 3 + random.below(8); line > 0; line--)
      say(
        `      + ${noun(random)}_${noun(random)} = ${random.pick(["(known after apply)", "(sensitive value)", `"${noun(random)}"`, "true", String(random.below(900))])}`,
      );
    say("    }");
  }
  say(blue(`Plan: ${random.below(40)} to add, 0 to change, 0 to destroy.`));
};
