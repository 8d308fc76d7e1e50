import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";
import type { OwnName } from "./own-name.ts";

type Values = Readonly<Record<string, string | undefined>>;

/** Variables by which programs stop checking whom they talk to. */
const VARIABLES: Readonly<Record<string, (value: string) => boolean>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: (value) => value === "0",
  GIT_SSL_NO_VERIFY: isOn,
  PYTHONHTTPSVERIFY: (value) => value === "0",
  NPM_CONFIG_STRICT_SSL: (value) => /^(?:false|0)$/i.test(value),
  npm_config_strict_ssl: (value) => /^(?:false|0)$/i.test(value),
  YARN_ENABLE_STRICT_SSL: (value) => /^(?:false|0)$/i.test(value),
  PIP_TRUSTED_HOST: (value) => value !== "",
  GOINSECURE: (value) => value !== "",
  GONOSUMCHECK: isOn,
  GOFLAGS: (value) => value.includes("-insecure"),
  CARGO_HTTP_CHECK_REVOKE: (value) => value === "false",
};

/** Files of the user's and of the machine's, with the setting that does the same. */
const FILES: readonly (readonly [path: string, of: "home" | "machine" | "checkout", RegExp])[] = [
  [".gitconfig", "home", /^\s*sslVerify\s*=\s*(?:false|no|off|0)\s*$/im],
  [".config/git/config", "home", /^\s*sslVerify\s*=\s*(?:false|no|off|0)\s*$/im],
  ["/etc/gitconfig", "machine", /^\s*sslVerify\s*=\s*(?:false|no|off|0)\s*$/im],
  [".git/config", "checkout", /^\s*sslVerify\s*=\s*(?:false|no|off|0)\s*$/im],
  [".npmrc", "home", /^\s*strict-ssl\s*=\s*"?false/im],
  [".npmrc", "checkout", /^\s*strict-ssl\s*=\s*"?false/im],
  [".yarnrc", "home", /^\s*strict-ssl\s+false/im],
  [".yarnrc.yml", "checkout", /^\s*enableStrictSsl\s*:\s*false/im],
  [".curlrc", "home", /^\s*(?:--?)?(?:insecure|k)\s*$/im],
  [".config/curlrc", "home", /^\s*(?:--?)?(?:insecure|k)\s*$/im],
  [".wgetrc", "home", /^\s*check[-_]certificate\s*=\s*(?:off|quiet)/im],
  ["/etc/wgetrc", "machine", /^\s*check[-_]certificate\s*=\s*(?:off|quiet)/im],
  [".config/pip/pip.conf", "home", /^\s*trusted-host\s*=/im],
  [".pip/pip.conf", "home", /^\s*trusted-host\s*=/im],
  ["/etc/pip.conf", "machine", /^\s*trusted-host\s*=/im],
];

/** The names of variables and files that switch the checks of TLS off. */
export function findVerificationSwitches(places: PosturePlaces, name: OwnName): readonly string[] {
  return [...fromVariables(places.environment), ...fromFiles(places, name)];
}

function fromVariables(environment: Values): string[] {
  const found = Object.entries(VARIABLES)
    .filter(([name, isOff]) => isOff(environment[name] ?? ""))
    .map(([name]) => name);
  // git takes its configuration out of GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0, and so on.
  const pairs = Object.keys(environment).filter((name) => {
    const index = /^GIT_CONFIG_KEY_(\d{1,4})$/.exec(name)?.[1];
    if (index === undefined) return false;
    const isAboutTls = /^http\.(?:.*\.)?sslverify$/i.test(environment[name] ?? "");
    return (
      isAboutTls && /^(?:false|no|off|0)$/i.test(environment[`GIT_CONFIG_VALUE_${index}`] ?? "")
    );
  });
  return [...found, ...pairs];
}

function fromFiles(places: PosturePlaces, { home }: OwnName): string[] {
  const curlHome = places.environment["CURL_HOME"];
  const bases = { home, machine: "", checkout: places.workingDirectory };
  const listed = FILES.flatMap(([path, of, setting]) => {
    const base = bases[of];
    return base === undefined ? [] : [[`${base}/${path}`.replaceAll("//", "/"), setting] as const];
  });
  const files =
    curlHome === undefined
      ? listed
      : [...listed, [`${curlHome}/.curlrc`, /^\s*(?:--?)?(?:insecure|k)\s*$/im] as const];
  return files
    .filter(([path, setting]) => setting.test(readBounded(places, path) ?? ""))
    .map(([path]) => path);
}

function isOn(value: string): boolean {
  return value !== "" && !/^(?:0|false|no|off)$/i.test(value);
}
