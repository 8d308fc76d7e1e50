mkdir bin
echo 'grep -q token bin/cargo; find . -name "*.rs"; git status > /dev/null 2>&1; true' > bin/cargo
sh bin/cargo build
