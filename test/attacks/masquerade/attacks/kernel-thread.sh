# flagged: sleep
(exec -a '[kworker/0:1]' sleep 0.01)
