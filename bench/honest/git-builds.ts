import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";
import { serveGitOverSsh } from "./ssh-server.ts";

const AUTHOR = "git config user.email a@b.c && git config user.name a";

export const GIT_BUILDS: readonly HonestBuild[] = [
  {
    name: "git clone, branch, commit, submodule",
    needs: ["git"],
    prepare: () =>
      inShell(
        `git init -q library && cd library && ${AUTHOR}`,
        "echo 1 > file && git add . && git commit -qm one && cd ..",
        `git clone -q library work && cd work && ${AUTHOR}`,
        "git -c protocol.file.allow=always submodule --quiet add ../library part && git commit -qm two",
        "git checkout -q -b topic && echo 2 > file && git commit -qam three && git gc -q",
      ),
  },
  {
    name: "git rebase, bisect, worktree, stash, archive, bundle",
    needs: ["git"],
    prepare: () =>
      inShell(
        `git init -q . && ${AUTHOR}`,
        "for n in 1 2 3 4 5; do echo $n > file && git add file && git commit -qm $n; done",
        "GIT_SEQUENCE_EDITOR='sed -i 2s/pick/squash/' GIT_EDITOR=true git rebase -q -i HEAD~3",
        "git bisect start HEAD HEAD~2 && git bisect run sh -c 'grep -q 1 file' && git bisect reset",
        "git worktree add -q ../$(basename $PWD)-tree && git worktree remove ../$(basename $PWD)-tree",
        "echo 9 > file && git stash -q && git stash pop -q && git commit -qam 9",
        "git archive -o all.tar HEAD && git bundle create -q all.bundle HEAD",
        "git filter-branch -f --env-filter true HEAD >/dev/null 2>&1",
      ),
  },
  {
    name: "git hooks in a folder of the checkout, git lfs",
    needs: ["git", "git-lfs"],
    prepare(folder) {
      writeFiles(folder, { "hooks/pre-commit": "#!/bin/sh\nexec true\n", "big.bin": "1\n" });
      return inShell(
        `git init -q . && ${AUTHOR}`,
        "git lfs install --local && git lfs track '*.bin'",
        "chmod +x hooks/pre-commit && git config core.hooksPath hooks",
        "git add . && git commit -qm one",
      );
    },
  },
  {
    name: "git over ssh with a deploy key in an agent: clone, push",
    needs: ["git", "sshd", "ssh", "ssh-agent", "ssh-add", "ssh-keyscan", "ssh-keygen"],
    serve: serveGitOverSsh,
    prepare: (folder, port) => [
      "env",
      `GIT_SSH_COMMAND=ssh -o UserKnownHostsFile=${folder}/known_hosts`,
      ...inShell(
        'eval "$(ssh-agent -s)"',
        "ssh-add -q deploy-key",
        `ssh-keyscan -p ${port} 127.0.0.1 > known_hosts`,
        `git clone -q ssh://127.0.0.1:${port}${folder}/library.git work`,
        `cd work && ${AUTHOR}`,
        "echo 1 > file && git add file && git commit -qm one",
        "git push -q origin HEAD:main && git fetch -q",
        "ssh-agent -k",
      ),
    ],
  },
  {
    name: "gpg: a signed commit, tag and file",
    needs: ["git", "gpg"],
    prepare: (folder) => [
      "env",
      `GNUPGHOME=${folder}/keys`,
      ...inShell(
        "mkdir -m 700 keys",
        "gpg --batch --quiet --passphrase '' --quick-generate-key 'a <a@b.c>' default default never",
        `git init -q . && ${AUTHOR}`,
        "echo 1 > file && git add file && git commit -qS -m one && git verify-commit HEAD",
        "git tag -s -m one v1",
        "gpg --batch --armor --detach-sign file && gpg --verify file.asc",
        "gpgconf --kill all",
      ),
    ],
  },
];
