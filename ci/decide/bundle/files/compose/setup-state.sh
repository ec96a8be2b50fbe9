
# Paths that the app writes and keeps: their first content comes from the image.
mkdir -p state
chmod 0700 state
for path in @@PATHS@@; do
	if [ ! -e "state$path" ]; then
		mkdir -p "state$(dirname "$path")"
		rm -rf "state$path.part"
		container=$(docker create @@REFERENCE@@)
		docker cp "$container:$path" "state$path.part" || { docker rm "$container" > /dev/null; exit 1; }
		docker rm "$container" > /dev/null
		# The app's user is not the one who runs this; nobody else reaches the files, since `state` is closed.
		chmod -R a+rwX "state$path.part"
		mv "state$path.part" "state$path"
		echo "made state$path"
	fi
done
