# flagged: getent
(setsid getent hosts Paste.C-Net.ORG >/dev/null &) ; sleep 0.2
