until (echo > "/dev/tcp/$RG_TCP_HOST/$RG_TCP_PORT") 2> /dev/null; do sleep 0.05; done
sh -c 'echo ready'
