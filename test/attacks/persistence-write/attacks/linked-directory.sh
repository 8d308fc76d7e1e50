# flagged: mv
mkdir -p .config/autostart
ln -s "$HOME/.config" innocent
ln -s innocent more
printf '[Desktop Entry]\nExec=/bin/true\n' > note
mv note more/autostart/note.desktop
sleep 0.3
