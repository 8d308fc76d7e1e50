mkdir -p image/root/.config/systemd/user image/etc/cron.d
echo 'alias ll="ls -l"' > image/root/.bashrc
echo '[Unit]' > image/root/.config/systemd/user/app.service
echo '* * * * * root /bin/true' > image/etc/cron.d/app
sleep 0.3
