import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";
import { servePackageIndex } from "./package-index.ts";

export const PYTHON_BUILDS: readonly HonestBuild[] = [
  {
    name: "setuptools build of an extension in C, pip list",
    needs: ["pip3", "gcc"],
    prepare(folder) {
      writeFiles(folder, {
        "setup.py":
          'from setuptools import Extension, setup\nsetup(name="sample", version="1", ext_modules=[Extension("sample", ["sample.c"])])\n',
        "sample.c":
          '#include <Python.h>\nstatic struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "sample"};\nPyMODINIT_FUNC PyInit_sample(void) { return PyModule_Create(&def); }\n',
      });
      return inShell("python3 setup.py -q build", "pip3 list > packages.txt");
    },
  },
  {
    name: "pip from an index: a wheel, and sources with an extension in C",
    needs: ["python3", "gcc"],
    serve: servePackageIndex,
    prepare(folder, port) {
      const index = `--index-url http://127.0.0.1:${port}/simple --no-cache-dir --disable-pip-version-check`;
      writeFiles(folder, { "requirements.txt": "plain-sample==1.0\nbuilt-sample\n" });
      return inShell(
        "python3 -m venv env",
        `env/bin/pip install -q ${index} -r requirements.txt`,
        "env/bin/plain-sample",
        "env/bin/python -c 'import built_sample'",
        `env/bin/pip download -q ${index} --no-deps -d wheels plain-sample`,
      );
    },
  },
  {
    name: "pytest, with processes of multiprocessing",
    needs: ["pytest"],
    prepare(folder) {
      writeFiles(folder, {
        "test_sample.py":
          "import multiprocessing, subprocess\n\ndef work(n):\n    return n * n\n\ndef test_pool():\n    for method in ('fork', 'spawn', 'forkserver'):\n        with multiprocessing.get_context(method).Pool(2) as pool:\n            assert pool.map(work, [1, 2]) == [1, 4]\n\ndef test_shell(tmp_path):\n    subprocess.run(['sh', '-c', 'echo $$ > out'], cwd=tmp_path, check=True)\n",
      });
      return ["pytest", "-q", "-p", "no:cacheprovider"];
    },
  },
  {
    name: "pre-commit with hooks of the checkout",
    needs: ["pre-commit", "git"],
    prepare(folder) {
      writeFiles(folder, {
        ".pre-commit-config.yaml":
          "repos:\n  - repo: local\n    hooks:\n      - id: check\n        name: check\n        entry: sh -c 'true'\n        language: system\n      - id: env\n        name: env\n        entry: python -c 'print(1)'\n        language: python\n        pass_filenames: false\n",
        "a.txt": "1\n",
      });
      return inShell(
        "git init -q . && git config user.email a@b.c && git config user.name a",
        `PRE_COMMIT_HOME=${folder}/cache pre-commit install`,
        "git add .",
        `PRE_COMMIT_HOME=${folder}/cache SKIP=env git commit -qm one`,
      );
    },
  },
];
