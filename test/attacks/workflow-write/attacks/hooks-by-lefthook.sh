# flagged: bash
git init -q .
printf "pre-commit:\n  commands: { own: { run: 'true' } }\n" > .lefthook.yaml
