# The shell that fetches has its own script from its input, where no file of it is left.
# flagged: bash
bash <<'END'
text=$(echo ZWNobyByYW4= | base64 -d)
eval "$text"
END
