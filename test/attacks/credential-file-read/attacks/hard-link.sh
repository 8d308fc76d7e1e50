# flagged: ln
echo 'machine example.org login x password none' > .netrc
ln .netrc notes
wc -c notes
