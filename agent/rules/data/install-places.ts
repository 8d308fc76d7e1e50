/** Hidden directories that programs are installed to by trade. From the manuals of the installers that use them, as of 2026. */
export const HIDDEN_INSTALL_PLACES: ReadonlySet<string> = new Set(
  ".local/bin .local/lib .local/share/pnpm .local/share/uv .local/share/mise .local/share/virtualenv .local/share/pipx .local/share/pypoetry .local/share/fnm .local/share/rtx .local/share/gem .local/share/nvim .local/pipx .local/state .cargo .rustup .nvm .pyenv .rbenv .nodenv .goenv .jenv .plenv .tfenv .asdf .mise .volta .bun .deno .dotnet .sdkman .ghcup .cabal .stack .opam .nimble .juliaup .julia .krew .arkade .foundry .wasmer .wasmtime .fly .pulumi .poetry .pixi .conda .nix-profile .linuxbrew .linkerd2 .gvm .phpenv .rvm .gem .m2 .gradle .ivy2 .sbt .coursier .jdks .npm .npm-global .pnpm-store .yarn .node .docker/cli-plugins .vscode-server .cache/ms-playwright .cache/puppeteer .cache/Cypress .cache/selenium .cache/node-gyp .cache/node .cache/electron .cache/electron-builder .cache/pre-commit .cache/prek .cache/pip .cache/uv .cache/pypoetry .cache/bazel .cache/bazelisk .cache/go-build .cache/golangci-lint .cache/yarn .cache/deno .cache/coursier .cache/trunk .cache/mise .cache/rod .cache/zig .cache/helm .android .konan .swiftly .swiftpm .flutter .pub-cache .dart .elan .ghc .claude/local".split(
    " ",
  ),
);

/** Hidden directories of projects, anywhere, that hold programs which a package manager put there. */
export const HIDDEN_PROJECT_PLACES: ReadonlySet<string> = new Set(
  ".bin .pnpm .venv .tox .nox .terraform .terragrunt-cache .yarn .store .eggs .bundle .direnv .pixi .next .nuxt .husky .git .hg .svn .build .gradle .mvn .cargo .node24 .tools .task .nx .turbo .rustup .env .virtualenv .wheels .runner".split(
    " ",
  ),
);
