sleep 30 &
kill -STOP $! && kill -CONT $! && kill -KILL $!
wait
true
