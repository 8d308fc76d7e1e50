# Through a program that nobody knows.
# flagged: bash
cp "$(readlink -f /bin/cat)" passer
python3 -Ic 'import base64; print(base64.b64decode("ZWNobyBoZWxsbwo=").decode())' | ./passer | bash
