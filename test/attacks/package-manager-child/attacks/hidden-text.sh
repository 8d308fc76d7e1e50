# flagged: node
mkdir bin
echo 'node -e "eval(Buffer.from(\"MSArIDE=\", \"base64\").toString())"' > bin/yarn
sh bin/yarn
