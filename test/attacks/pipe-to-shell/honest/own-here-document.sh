bash <<'END'
version=$(echo MS4yLjM= | base64 -d)
test "$version" = 1.2.3
END
sh <<< 'test "$(echo MS4yLjM= | base64 -d)" = 1.2.3'
