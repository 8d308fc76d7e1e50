# A client that is a script of an interpreter, with the short option.
# flagged: node
mkdir bin
echo 'process.exit()' > gemini
echo 'node ./gemini -y --prompt "list keys"' > bin/pnpm
sh bin/pnpm add victim
