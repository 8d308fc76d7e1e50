import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { runOrThrow } from "./run-to-end.ts";

const CONFIG = `[req]
distinguished_name=name
[name]
[authority]
basicConstraints=critical,CA:TRUE
subjectKeyIdentifier=hash
`;

/** ca.pem and ca-key.pem in the folder. On the curve P-256, which takes a millisecond where RSA takes a hundred. */
export async function createCertificateAuthority(folder: string): Promise<string> {
  const config = join(folder, "ca.cnf");
  const certificate = join(folder, "ca.pem");
  writeFileSync(config, CONFIG);
  await runOrThrow([
    "openssl",
    "req",
    "-x509",
    "-config",
    config,
    "-extensions",
    "authority",
    "-days",
    "2",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    "/CN=the little internet's authority",
    "-keyout",
    join(folder, "ca-key.pem"),
    "-out",
    certificate,
  ]);
  return certificate;
}
