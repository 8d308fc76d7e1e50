# What node-gyp, core-js and husky do.
mkdir bin
cat > bin/npm << 'END'
python3 -c "import sys; print(sys.executable); print('%s.%s' % sys.version_info[:2])"
node -e "try{require('./postinstall')}catch(e){}"
node -p "process.versions.node"
perl -e 'print $]'
END
sh bin/npm ci
