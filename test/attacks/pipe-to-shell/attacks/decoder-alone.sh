# flagged: dash
base64 -d <<< "$(printf "echo hello" | base64)" | sh
