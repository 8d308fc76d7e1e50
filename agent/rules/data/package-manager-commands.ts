/**
 * Words by which package managers run code that packages bring, and those by which they run the project's own. From the
 * manuals of npm 11, yarn 4, pnpm 10, bun 1.2, pip 25, uv 0.9, poetry 2, bundler 2, composer 2, conda 25, cargo 1.9x, go 1.25, as of 2026-11.
 */
export const INSTALLING_COMMANDS: ReadonlySet<string> = new Set(
  [
    "install i in ins inst insta instal isnt isnta isntal isntall ci clean-install ic install-clean isntall-clean",
    "cit it sit install-test install-ci-test add update up upgrade udpate rebuild rb link ln dedupe ddp prune audit",
    "pack publish create init innit dlx sync lock wheel download require reinstall env inject self-update",
  ].flatMap((line) => line.split(" ")),
);

export const RUNNING_COMMANDS: ReadonlySet<string> = new Set(
  "run run-script rum urn test tst t start stop restart exec x node generate bench shell task tool script".split(
    " ",
  ),
);

/** Whatever they are told to do but run and test, they build first, with build scripts and plugins of dependencies. */
export const BUILDING_MANAGERS: ReadonlySet<string> = new Set(["cargo", "go", "java"]);
