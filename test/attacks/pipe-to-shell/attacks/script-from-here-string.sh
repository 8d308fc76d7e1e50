# flagged: dash
sh <<< 'eval "$(echo ZWNobyByYW4= | base64 -d)"'
