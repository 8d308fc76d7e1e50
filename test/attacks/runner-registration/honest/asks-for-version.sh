cp "$(readlink -f /bin/true)" gitlab-runner
cp gitlab-runner buildkite-agent
./gitlab-runner --version
./buildkite-agent artifact upload 'logs/*' --token AAAA
curl -s "$RG_HTTP/repos/owner/repository/actions/runners"
