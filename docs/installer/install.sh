#!/bin/sh
# Installs the unpacked folder for this user alone; nothing outside the home folder is touched.
set -eu
cd "$(dirname "$0")"
target="${XDG_DATA_HOME:-$HOME/.local/share}/energymap"
bin="$HOME/.local/bin"
menu="${XDG_DATA_HOME:-$HOME/.local/share}/applications"
[ -x ./energymap ] || { echo "install.sh: run it in the unpacked folder, beside the program 'energymap'" >&2; exit 2; }
rm -rf "$target.new"
mkdir -p "$target.new" "$bin" "$menu"
cp -R . "$target.new/"
"$target.new/energymap" --self-test --no-window --progress none >/dev/null ||
    { echo "install.sh: the program does not work on this system; nothing was installed" >&2; rm -rf "$target.new"; exit 1; }
rm -rf "$target.old"
[ ! -d "$target" ] || mv "$target" "$target.old"
mv "$target.new" "$target"
rm -rf "$target.old"
ln -sf "$target/energymap" "$bin/energymap"
cat >"$menu/energymap.desktop" <<DESKTOP
[Desktop Entry]
Type=Application
Name=National Energy Map
Name[zh_CN]=国家能源版图
Exec="$target/energymap" gui %f
Terminal=false
Categories=Science;Geography;
DESKTOP
echo "installed: $target (start: $bin/energymap gui, or from the menu)"
