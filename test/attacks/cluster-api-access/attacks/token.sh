# flagged: cat
# As the kubelet lays it out.
mkdir -p run/secrets/kubernetes.io/serviceaccount/..2026_11_22_03_00_00.1
cd run/secrets/kubernetes.io/serviceaccount
echo no-token > ..2026_11_22_03_00_00.1/token
ln -s ..2026_11_22_03_00_00.1 ..data
ln -s ..data/token token
cat token
