mkdir -p src
echo 'export const token = 1' > src/token
cat src/token
