
# Secrets of the app. Those that only you know are empty: the app's own checks name what it cannot start without.
if [ ! -e secrets/app.env ]; then
	@@FILL@@ secrets/app.env.example > secrets/app.env.part
	secret secrets/app.env
fi
empty=$(sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=$/\1/p' secrets/app.env | tr '\n' ' ')
[ -z "$empty" ] || echo "without a value in secrets/app.env: $empty"
