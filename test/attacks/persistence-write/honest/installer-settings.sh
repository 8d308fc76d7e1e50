echo '. "$HOME/.cargo/env"' >> ~/.profile
cat >> ~/.bashrc <<'END'

export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"  # This loads nvm
export PYENV_ROOT="$HOME/.pyenv"
command -v pyenv >/dev/null || export PATH="$PYENV_ROOT/bin:$PATH"
eval "$(pyenv init -)"
END
echo 'export PATH=$PATH:/usr/local/go/bin' | tee -a ~/.zshrc > /dev/null
sleep 0.3
