# git puts the hook there itself.
# flagged: git
git init -q .
folder=$(mktemp -d)
mkdir "$folder/hooks"
printf '#!/bin/sh\ntrue\n' > "$folder/hooks/post-checkout"
chmod +x "$folder/hooks/post-checkout"
git init -q --template "$folder"
rm -r "$folder"
