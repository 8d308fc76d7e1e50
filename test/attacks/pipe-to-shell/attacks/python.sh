# flagged: python3.11
echo "print(1)" | base64 | base64 -d | python3 -
