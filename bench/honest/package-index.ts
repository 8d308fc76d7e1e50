import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import type { LocalServer } from "./honest-build.ts";

/** A wheel with a command, which is an archive by its rules, and sources that are compiled when they are installed. */
const MAKE_PACKAGES = `
import io, tarfile, zipfile
with zipfile.ZipFile("plain_sample-1.0-py3-none-any.whl", "w") as wheel:
    info = "plain_sample-1.0.dist-info/"
    wheel.writestr("plain_sample.py", "def main():\\n    print(1)\\n")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: plain-sample\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: bench\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nplain-sample = plain_sample:main\\n")
    wheel.writestr(info + "RECORD", "plain_sample.py,,\\n" + "".join(info + name + ",,\\n" for name in ("METADATA", "WHEEL", "entry_points.txt", "RECORD")))
files = {
    "pyproject.toml": "[build-system]\\nrequires = []\\nbuild-backend = 'backend'\\nbackend-path = ['.']\\n",
    "built_sample.c": '#include <Python.h>\\nstatic struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "built_sample"};\\nPyMODINIT_FUNC PyInit_built_sample(void) { return PyModule_Create(&def); }\\n',
    "backend.py": """
import subprocess, sysconfig, zipfile

def build_wheel(directory, *rest):
    library = "built_sample" + sysconfig.get_config_var("EXT_SUFFIX")
    include = sysconfig.get_paths()["include"]
    subprocess.run(["gcc", "-shared", "-fPIC", "-I" + include, "built_sample.c", "-o", library], check=True)
    name = "built_sample-1.0-py3-none-any.whl"
    info = "built_sample-1.0.dist-info/"
    with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
        wheel.write(library)
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\\\nName: built-sample\\\\nVersion: 1.0\\\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\\\nGenerator: bench\\\\nRoot-Is-Purelib: false\\\\nTag: py3-none-any\\\\n")
        wheel.writestr(info + "RECORD", library + ",,\\\\n")
    return name
""",
    "PKG-INFO": "Metadata-Version: 2.1\\nName: built-sample\\nVersion: 1.0\\n",
}
with tarfile.open("built-sample-1.0.tar.gz", "w:gz") as archive:
    for name, text in files.items():
        member = tarfile.TarInfo("built-sample-1.0/" + name)
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text.encode()))
`;

/** Packages for pip, by the simple repository API (PEP 503). */
export async function servePackageIndex(folder: string): Promise<LocalServer> {
  const packages = join(folder, "index");
  mkdirSync(packages);
  execFileSync("python3", ["-c", MAKE_PACKAGES], { cwd: packages });
  const files = readdirSync(packages);
  const server = createServer(({ url = "" }, response) => {
    const [, kind, name = ""] = url.split("/");
    const file = files.find((one) => kind === "files" && one === name);
    if (file !== undefined) return response.end(readFileSync(join(packages, file)));
    const links = files
      .filter((one) => one.replaceAll("_", "-").startsWith(`${name}-`))
      .map((one) => `<a href="/files/${one}">${one}</a>`);
    return response.setHeader("content-type", "text/html").end(links.join("\n"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
