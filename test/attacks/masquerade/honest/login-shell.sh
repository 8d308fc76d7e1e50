(exec -a -bash bash --norc --noprofile -c true)
