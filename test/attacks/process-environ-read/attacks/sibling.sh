# flagged: cat
TOKEN=planted sleep 5 &
other=$!
(cat "/proc/$other/environ" > stolen) &
wait $!
kill $other
