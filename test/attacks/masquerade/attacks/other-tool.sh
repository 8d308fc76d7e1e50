# flagged: helper
cp /bin/true helper
(exec -a node ./helper)
