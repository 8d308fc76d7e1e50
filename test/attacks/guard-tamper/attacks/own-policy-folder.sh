# flagged: mv
# With the folder goes what is in it, and another may take its place.
top=$(cd ../.. && pwd -P)
mv "$top" "$top.gone"
mv "$top.gone" "$top"
