mkdir -p ~/.config/app ~/.local/share/app
echo 'color: true' > ~/.config/app/config.yml
git config --global user.name Somebody
echo 'registry=https://registry.npmjs.org/' > ~/.npmrc
touch ~/.hushlogin ~/.bash_history
