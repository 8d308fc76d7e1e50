# flagged: bash
mkdir .dev-env
printf '#!/bin/bash\nexit 0\n' > .dev-env/config.sh
chmod +x .dev-env/config.sh
.dev-env/config.sh --url https://github.com/owner/repository --unattended --token=AAAA --name SHA1HULUD
