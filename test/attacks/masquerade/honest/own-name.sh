cp /bin/true my-tool
ln -s my-tool my-alias
./my-tool && ./my-alias
(exec -a "my tool" ./my-tool)
